import { FilterOutlined, QuestionCircleOutlined } from "@ant-design/icons";
import { Badge, Button, Drawer, Grid, Modal, theme } from "antd";
import { type CSSProperties, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { may, usePerson } from "../../app/session";
import { useKeys } from "../../parts/keys";
import { useTitle } from "../../parts/useTitle";
import { AlarmList } from "./AlarmList";
import { AlarmView } from "./AlarmView";
import type { Summary } from "./alarm";
import styles from "./alarms.module.css";
import { DayStrip } from "./DayStrip";
import { ExportButton } from "./ExportButton";
import { FilterForm } from "./FilterForm";
import { type Filters, filtersOf, narrowing, withFilters } from "./filters";
import { KeyList } from "./keys";
import { useAlarms } from "./useAlarms";
import { useHandling } from "./useHandling";

/** The room of alarms: filters, list, the alarm; on a phone one at a time. */
export function Component() {
  const { t } = useTranslation();
  const screens = Grid.useBreakpoint();
  const [phone, roomy] = [screens.md === false, screens.xl ?? true];
  const [filters, change] = useFilters();
  useTitle(t("rooms.alarms"));
  const { id, choose } = useChosen();
  const column = useRef<HTMLElement>(null);
  const atTop = useCallback(() => isAtTop(column.current), []);
  const listed = useAlarms(filters, atTop);
  const video = useRef<HTMLVideoElement>(null);
  const [asked, ask] = useState<Asked>();
  const go = useGo(filters, change, listed, (first) => !phone && choose(first));
  useRoomKeys({ id, choose, alarms: listed.alarms, video, ask, roomy });
  const form = <FilterForm filters={filters} onChange={change} />;
  const alone = phone && id !== undefined;
  const back = phone ? () => choose(undefined) : undefined;
  return (
    <main id="content" className={styles.room} style={useColours()}>
      {!alone && <Head filters={filters} ask={ask} filtersAside={roomy} keys={!phone} />}
      {!alone && <DayStrip onGo={go} />}
      <div className={styles.columns}>
        {roomy && (
          <aside className={`${styles.column} ${styles.filters}`} aria-label={t("alarms.filters")}>
            {form}
          </aside>
        )}
        {!alone && <AlarmList {...{ column, listed, filters, change, id }} />}
        {(!phone || alone) && <AlarmView key={id} id={id} video={video} onBack={back} />}
      </div>
      <Drawer
        title={t("alarms.filters")}
        open={asked === "filters"}
        onClose={() => ask(undefined)}
        size={phone ? "100%" : 320}
      >
        {form}
      </Drawer>
      <Modal title={t("alarms.keys")} open={asked === "keys"} onCancel={() => ask(undefined)} footer={null} width={360}>
        <KeyList />
      </Modal>
    </main>
  );
}

type Asked = "filters" | "keys";

interface HeadProps {
  filters: Filters;
  ask: (what: Asked) => void;
  filtersAside: boolean;
  keys: boolean;
}

function Head({ filters, ask, filtersAside, keys }: HeadProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.head}>
      <h1>{t("rooms.alarms")}</h1>
      {!filtersAside && (
        <Badge count={narrowing(filters)} color="var(--accent)">
          <Button icon={<FilterOutlined />} onClick={() => ask("filters")}>
            {t("alarms.filters")}
          </Button>
        </Badge>
      )}
      <ExportButton filters={filters} />
      {keys && (
        <Button icon={<QuestionCircleOutlined />} onClick={() => ask("keys")}>
          {t("alarms.keys")}
        </Button>
      )}
    </div>
  );
}

interface RoomKeys {
  id: string | undefined;
  choose: (id: string | undefined) => void;
  alarms: Summary[];
  video: RefObject<HTMLVideoElement | null>;
  ask: (what: Asked) => void;
  roomy: boolean;
}

function useRoomKeys({ id, choose, alarms, video, ask, roomy }: RoomKeys): void {
  const { one } = useHandling();
  const operator = may(usePerson().role, "operator");
  const step = (by: number) => {
    const at = alarms.findIndex((alarm) => alarm.id === id);
    const next = alarms[at < 0 ? 0 : at + by];
    if (next) choose(next.id);
  };
  const judge = (action: "true" | "false") => id && operator && one.mutate({ id, action: { action, text: "" } });
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    t: () => judge("true"),
    f: () => judge("false"),
    " ": () => toggle(video.current),
    "/": () => (roomy ? false : ask("filters")), // what stands aside is found by the shell
    "?": () => ask("keys"),
    Escape: () => id && choose(undefined),
  });
}

/** Go to ten minutes of a camera: the list shows them, and the first alarm as soon as it is there. */
function useGo(
  filters: Filters,
  change: (filters: Filters) => void,
  { list, alarms }: ReturnType<typeof useAlarms>,
  onFirst: (id: string) => unknown,
) {
  const [going, setGoing] = useState<string>();
  const first = alarms[0]?.id;
  useEffect(() => {
    if (!going || going !== filters.since || !list.isSuccess) return;
    setGoing(undefined);
    if (first) onFirst(first);
  });
  return (cameraId: string, since: string, until: string) => {
    setGoing(since);
    change({ ...filtersOf(new URLSearchParams()), camera: [cameraId], since, until });
  };
}

function useFilters(): [Filters, (filters: Filters) => void] {
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => filtersOf(params), [params]);
  return [filters, (next) => setParams((now) => withFilters(now, next))];
}

/** The alarm that is looked at: the rest of the path. */
function useChosen() {
  const id = useParams()["*"] || undefined;
  const navigate = useNavigate();
  const choose = (next: string | undefined) =>
    void navigate(
      { pathname: next ? `/alarms/${next}` : "/alarms", search: window.location.search },
      { replace: !!id && !!next },
    );
  return { id, choose };
}

/** Nobody reads further down and no pointer is about to choose: what is new may push the rest down. */
function isAtTop(column: HTMLElement | null): boolean {
  const scrolled = (column?.scrollTop ?? 0) + window.scrollY;
  return scrolled < 4 && !column?.matches(":hover, :focus-within");
}

function toggle(video: HTMLVideoElement | null): void {
  if (video?.paused) void video.play().catch(() => undefined);
  else video?.pause();
}

/** The theme's colours for the style sheet of the room. */
function useColours(): CSSProperties {
  const { token } = theme.useToken();
  return {
    "--ground": token.colorBgContainer,
    "--line": token.colorSplit,
    "--hover": token.colorFillQuaternary,
    "--chosen": token.controlItemBgActive,
    "--hole": token.colorFillSecondary,
    "--soft": token.colorTextDescription,
    "--text": token.colorText,
    "--accent": token.colorPrimary,
    "--failed": token.colorTextQuaternary,
  } as CSSProperties;
}
