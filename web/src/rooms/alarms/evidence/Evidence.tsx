import { AimOutlined } from "@ant-design/icons";
import { Button, Flex, Segmented, Switch } from "antd";
import { type CSSProperties, type RefObject, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../../app/preferences";
import { nameOf } from "../../../parts/feed/name";
import type { Detail } from "../alarm";
import styles from "../alarms.module.css";
import { Clip } from "./Clip";
import { Path } from "./Path";
import { bestShot, isThere, pictureOf, type Shot, shotsOf, urlOf } from "./shots";
import { pathsOf, seenIn } from "./sightings";
import { useMoment } from "./useMoment";

type View = "clip" | "picture" | "path";

interface Props {
  alarm: Detail;
  video: RefObject<HTMLVideoElement | null>;
}

/** What was recorded: clip with boxes, picture, and the way that the objects took. */
export function Evidence({ alarm, video }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const shots = useMemo(() => shotsOf(alarm.media), [alarm.media]);
  const seen = useMemo(() => seenIn(alarm.events), [alarm.events]);
  const [eventId, chooseEvent] = useState<string>();
  const best = bestShot(shots, alarm.picture, alarm.clip);
  const shot = shots.find((one) => one.event_id === eventId) ?? best;
  // What somebody looks at stays: events that join an alarm that lasts would take the clip away while it plays.
  if (shot && shot.event_id !== eventId) chooseEvent(shot.event_id);
  const views = viewsOf(shot, seen.length > 0);
  const [wanted, want] = useState<View>("clip");
  const view = views.includes(wanted) ? wanted : views[0];
  const [boxes, showBoxes] = useState(true);
  const [ratio, onRatio] = useState<number>();
  const moment = useMoment(shot);
  if (!shot) return <Hole text={t("alarms.media.none")} />;
  const alt = t("alarms.media.alt", { name: nameOf(alarm, language), camera: alarm.camera_name });
  const go = () => {
    if (video.current && moment !== undefined) video.current.currentTime = Math.max(0, moment - 1);
    void video.current?.play().catch(() => undefined);
  };
  return (
    <>
      <div className={styles.stage} style={{ "--ratio": ratio } as CSSProperties}>
        {view === "clip" && shot.clip && (
          <Clip key={shot.clip.id} {...{ shot, seen, boxes, video, moment, alt, onRatio }} />
        )}
        {view === "picture" && (
          <img
            src={pictureOf(shot)}
            alt={alt}
            onLoad={({ currentTarget: shown }) => onRatio(shown.naturalWidth / shown.naturalHeight)}
          />
        )}
        {view === "path" && shot.picture && (
          <Path picture={urlOf(shot.picture)} paths={pathsOf(seen)} alt={alt} onRatio={onRatio} />
        )}
        {view === undefined && <Absent shot={shot} />}
      </div>
      <Flex gap={8} align="center" wrap>
        {views.length > 1 && (
          <Segmented
            value={view}
            options={views.map((value) => ({ value, label: t(`alarms.view.${value}`) }))}
            onChange={want}
          />
        )}
        {view === "clip" && seen.length > 0 && (
          <Flex gap={8} align="center">
            <Switch id="clip-boxes" size="small" checked={boxes} onChange={showBoxes} />
            <label htmlFor="clip-boxes">{t("alarms.media.boxes")}</label>
          </Flex>
        )}
        {view === "clip" && moment !== undefined && (
          <Button size="small" icon={<AimOutlined />} onClick={go}>
            {t("alarms.media.moment")}
          </Button>
        )}
        {view === "path" && <span className={styles.soft}>{t("alarms.media.pathHint")}</span>}
        {view && shot.clip && !isThere(shot.clip) && (
          <span className={styles.soft}>
            {t("alarms.view.clip")}: <Absence state={shot.clip.state} />
          </span>
        )}
      </Flex>
      {shots.length > 1 && <Shots shots={shots} chosen={shot} onChoose={chooseEvent} />}
    </>
  );
}

function viewsOf(shot: Shot | undefined, path: boolean): View[] {
  const [clip, picture] = [isThere(shot?.clip), isThere(shot?.picture)];
  return [
    ...(clip ? ["clip" as const] : []),
    ...(picture ? ["picture" as const] : []),
    ...(picture && path ? ["path" as const] : []),
  ];
}

function Hole({ text }: { text: string }) {
  return (
    <div className={styles.stage}>
      <div className={styles.hole}>{text}</div>
    </div>
  );
}

function Absent({ shot }: { shot: Shot }) {
  return (
    <div className={styles.hole}>
      <span>
        <Absence state={(shot.picture ?? shot.clip)?.state ?? "missing"} />
      </span>
    </div>
  );
}

function Absence({ state }: { state: string }) {
  const { t } = useTranslation();
  if (state === "expired") return t("alarms.media.expired");
  return t(state === "missing" ? "alarms.media.missing" : "alarms.media.pending");
}

function Shots({ shots, chosen, onChoose }: { shots: Shot[]; chosen: Shot; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  return (
    <div className={styles.shots}>
      {shots.map((shot, place) => (
        <button
          key={shot.event_id}
          type="button"
          className={styles.shot}
          aria-pressed={shot === chosen}
          aria-label={t("alarms.media.shown", { number: place + 1 })}
          onClick={() => onChoose(shot.event_id)}
        >
          {pictureOf(shot) ? <img src={pictureOf(shot)} alt="" loading="lazy" /> : place + 1}
        </button>
      ))}
    </div>
  );
}
