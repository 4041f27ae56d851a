import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Navigate } from "react-router";
import { may, usePerson } from "../../app/session";
import { useCameras, useTasks } from "../../parts/cameras/queries";
import { Failed } from "../../parts/Failed";
import { useFeed } from "../../parts/feed/useFeed";
import { NextStep } from "../../parts/NextStep";
import { Page } from "../../parts/Page";
import { useUrl } from "../../parts/useUrl";
import { Checklist } from "../welcome/Checklist";
import { Controls } from "./Controls";
import styles from "./live.module.css";
import { Side } from "./Side";
import { Wall } from "./Wall";
import { type Slots, sizeOf, slotsOf, written } from "./wall";

export function Component() {
  const { t } = useTranslation();
  const cameras = useCameras();
  const person = usePerson();
  const administers = may(person.role, "administrator");
  // Who comes from adding the first camera still has the list from before it: only a fresh one tells that there is none.
  const unsure = administers && cameras.data?.length === 0 && cameras.isFetching;
  if (cameras.isPending || unsure) return <Page title={t("rooms.live")} children={<Skeleton active />} />;
  if (!cameras.data) return <Page title={t("rooms.live")} children={<Failed of={cameras} />} />;
  if (cameras.data.length) return <Room cameras={cameras.data} />;
  if (administers) return <Navigate to="/welcome" replace />;
  return <Page title={t("rooms.live")} children={<NextStep text={t("live.noneForYou")} />} />;
}

function Room({ cameras }: { cameras: Parameters<typeof Wall>[0]["cameras"] }) {
  const { t } = useTranslation();
  const tasks = useTasks();
  const feed = useFeed();
  const [said, say] = useUrl();
  const size = sizeOf(said.get("wall"), cameras.length);
  const ids = cameras.map(({ id }) => id);
  const slots = slotsOf(said.get("cameras"), ids, size);
  const rearrange = (next: Slots) => say({ cameras: written(next) });
  const look = { boxes: said.get("boxes") !== "off", zones: said.get("zones") !== "off" };
  const alarms = feed.data ?? [];
  return (
    <Page title={t("rooms.live")} extra={<Controls size={size} {...look} say={say} />}>
      <Checklist />
      <div className={styles.room}>
        <Wall {...{ cameras, size, slots, alarms, ...look }} tasks={tasks.data} onChange={rearrange} />
        <Side {...{ cameras, slots, feed }} onChange={rearrange} />
      </div>
    </Page>
  );
}
