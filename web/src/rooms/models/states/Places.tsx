import { PlusOutlined } from "@ant-design/icons";
import { Alert, Button, Card, Descriptions, Flex, Skeleton, Tag, Typography, theme } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePreferences } from "../../../app/preferences";
import { useCameras, useTasks } from "../../../parts/cameras/queries";
import { Failed } from "../../../parts/Failed";
import { momentOf } from "../../../parts/moments";
import { NextStep } from "../../../parts/NextStep";
import { type TaughtPlace, useTaughtPlaces } from "../../../parts/states";
import { useUrl } from "../../../parts/useUrl";
import styles from "../models.module.css";
import { PlaceDrawer } from "./PlaceDrawer";
import { tasksAbout } from "./teaching";

/** The places whose states a host was taught. */
export function Places({ hostId }: { hostId: string }) {
  const { t } = useTranslation();
  const places = useTaughtPlaces(hostId);
  const [url, go] = useUrl();
  const asked = url.get("place");
  const teach = (name: string) => go({ place: name }, true);
  const add = (
    <Button icon={<PlusOutlined />} onClick={() => teach("+")}>
      {t("models.states.add")}
    </Button>
  );
  if (places.isPending) return <Skeleton active />;
  if (places.error) return <Failed of={places} />;
  return (
    <>
      <Typography.Paragraph>{t("models.states.text")}</Typography.Paragraph>
      {places.data.length === 0 && <NextStep text={t("models.states.none")}>{add}</NextStep>}
      <div className={styles.cards}>
        {places.data.map((place) => (
          <PlaceCard key={place.name} place={place} onTeach={() => teach(place.name)} />
        ))}
      </div>
      {places.data.length > 0 && <div style={{ marginTop: 12 }}>{add}</div>}
      {asked && (
        <PlaceDrawer
          hostId={hostId}
          known={places.data}
          name={asked === "+" ? undefined : asked}
          onNamed={(name) => go({ place: name })}
          onClose={() => go({ place: undefined })}
        />
      )}
    </>
  );
}

function PlaceCard({ place, onTeach }: { place: TaughtPlace; onTeach: () => void }) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const tasks = tasksAbout(useTasks().data ?? [], place.name);
  const cameras = new Map(useCameras(false).data?.map(({ id, name }) => [id, name]));
  const items = [
    { key: "model", label: t("models.states.model"), children: useModelSaid(place) },
    {
      key: "tasks",
      label: t("models.usedBy"),
      children: tasks.length ? (
        <Flex gap={8} wrap>
          {tasks.map(({ id, name, camera_id }) => (
            <Link key={id} to={`/rules?camera=${camera_id}&task=${id}`}>
              {[cameras.get(camera_id), name].filter(Boolean).join(" · ")}
            </Link>
          ))}
        </Flex>
      ) : (
        t("models.unused")
      ),
    },
  ];
  return (
    <Card size="small" role="article" aria-label={place.name} title={place.name}>
      <Flex gap={4} wrap>
        {Object.entries(place.states).map(([state, count]) => (
          <Tag key={state} style={{ margin: 0 }}>
            {t("models.states.counted", { state, count })}
          </Tag>
        ))}
      </Flex>
      <Descriptions
        size="small"
        column={1}
        items={items}
        style={{ marginTop: 8 }}
        styles={{ label: { color: token.colorTextDescription } }}
      />
      {place.error && <Alert type="warning" title={t("models.states.broken", { what: place.error })} />}
      <Button size="small" style={{ marginTop: 8 }} onClick={onTeach}>
        {t("models.states.teach")}
      </Button>
    </Card>
  );
}

/** How good the model of a place is. */
export function useModelSaid({ model }: Pick<TaughtPlace, "model">): string {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (!model) return t("models.states.notTrained");
  return t("models.states.accuracy", {
    percent: Math.round(model.accuracy * 100),
    at: momentOf(model.trained_at, language),
  });
}
