import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import { momentOf } from "../../parts/moments";
import type { Detail } from "./alarm";
import styles from "./alarms.module.css";
import { en } from "./words";

/** What happened, and what people did about it. */
export function History({ alarm }: { alarm: Detail }) {
  const { t } = useTranslation();
  return (
    <div className={styles.two}>
      <section>
        <h3>{t("alarms.notes")}</h3>
        {!alarm.notes.length && <span className={styles.soft}>{t("alarms.notesNone")}</span>}
        <ol className={styles.notes}>
          {[...alarm.notes].reverse().map((note) => (
            <Note key={note.id} note={note} />
          ))}
        </ol>
      </section>
      <section>
        <h3>{t("alarms.events")}</h3>
        <ol className={styles.notes}>
          {[...alarm.events].reverse().map((event) => (
            <HappenedEvent key={event.id} event={event} />
          ))}
        </ol>
      </section>
    </div>
  );
}

function Note({ note }: { note: Detail["notes"][number] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const done = Object.keys(en.done).find((one) => one === note.action) as keyof typeof en.done | undefined;
  return (
    <li>
      <span className={styles.soft}>{momentOf(note.at, language)}</span>{" "}
      <strong>{note.account_name || t("alarms.server")}</strong> {done ? t(`alarms.done.${done}`) : note.action}
      {note.text && <div className={styles.text}>{note.text}</div>}
    </li>
  );
}

function HappenedEvent({ event }: { event: Detail["events"][number] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const phase = Object.keys(en.phase).find((one) => one === event.phase) as keyof typeof en.phase | undefined;
  const { value, unit, detail } = event.document;
  const measured = typeof value === "number" ? `${value}${typeof unit === "string" && unit ? ` ${unit}` : ""}` : "";
  return (
    <li>
      <span className={styles.soft}>{momentOf(event.at, language)}</span>{" "}
      {phase ? t(`alarms.phase.${phase}`) : event.phase}{" "}
      <span className={styles.soft}>
        {[measured, typeof detail === "string" ? detail : ""].filter(Boolean).join(" · ")}
      </span>
    </li>
  );
}
