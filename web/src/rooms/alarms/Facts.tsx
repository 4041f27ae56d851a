import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePreferences } from "../../app/preferences";
import { useDetail } from "../../parts/cameras/Condition";
import { lengthOf, momentOf } from "../../parts/moments";
import { useWord } from "../../words/known";
import { useNaming } from "../../words/naming";
import { policyName } from "../../words/seeded";
import type { Detail } from "./alarm";
import { lastedOf } from "./alarm";
import styles from "./alarms.module.css";
import { seenIn } from "./evidence/sightings";

const LATE_S = 5;
const LAST_STAGE = "alarm"; // of a rule that warns first; others have no stages

/** When, where, how often, and what was seen. */
export function Facts({ alarm }: { alarm: Detail }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const word = useWord();
  const late_s = (Date.parse(alarm.received_at) - Date.parse(alarm.began_at)) / 1000;
  const { detail, reason } = alarm.event;
  const said = useDetail()(`${reason ?? ""}`, typeof detail === "string" ? detail : "");
  const facts: [string, ReactNode][] = [
    [
      t("alarms.about.camera"),
      <Link key="camera" to={`/cameras/${alarm.camera_id}`}>
        {alarm.camera_name}
      </Link>,
    ],
    [t("alarms.about.zone"), alarm.zone],
    [
      t("alarms.about.began"),
      <time key="began" dateTime={alarm.began_at}>
        {momentOf(alarm.began_at, language)}
      </time>,
    ],
    ["", late_s > LATE_S && t("alarms.about.late", { length: lengthOf(late_s, language) })],
    [t("alarms.about.lasted"), lastedOf(alarm, language, t("alarms.lasts"))],
    [t("alarms.about.count"), alarm.count > 1 && alarm.count],
    [t("alarms.about.stage"), alarm.stage !== LAST_STAGE && word("alarms.stages", alarm.stage)],
    [t("alarms.about.seen"), <Objects key="seen" alarm={alarm} />],
    [t("alarms.about.said"), said],
    [t("alarms.about.policy"), alarm.policy ? policyName(alarm.policy, language) : t("alarms.about.noPolicy")],
    [t("alarms.about.escalated"), alarm.escalated_at && momentOf(alarm.escalated_at, language)],
    [t("alarms.about.assignee"), alarm.assignee],
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value], place) =>
        value ? <Fact key={`${place}-${name}`} name={name} value={value} /> : null,
      )}
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

function Objects({ alarm }: { alarm: Detail }) {
  const { name, attribute } = useNaming();
  const objects = seenIn([{ id: "", document: alarm.event }]).flatMap((seen) => seen.objects);
  if (!objects.length) return "–";
  return objects
    .slice(0, 8)
    .map(({ class_name, track_id, confidence, says = [] }) => {
      const told = [...says.map(attribute), `${Math.round(100 * confidence)} %`].join(", ");
      return `${name(class_name)}${track_id < 0 ? "" : ` ${track_id}`} (${told})`; // a place has no number
    })
    .join(", ");
}
