import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import type { Detail } from "./alarm";
import styles from "./alarms.module.css";
import { barOf, type Gate } from "./gates";
import { en, zh } from "./words";

/** Why it was raised: each condition that was passed, as a bar with its threshold. */
export function Why({ alarm }: { alarm: Detail }) {
  const { t } = useTranslation();
  const gates = alarm.why;
  return (
    <section>
      <h3>{t("alarms.why")}</h3>
      {!gates.length && <span className={styles.soft}>{t("alarms.whyNone")}</span>}
      <dl className={styles.gates}>
        {gates.map((gate, place) => (
          <GateBar key={`${place}-${gate.name}`} gate={gate} />
        ))}
      </dl>
    </section>
  );
}

function GateBar({ gate }: { gate: Gate }) {
  const { t } = useTranslation();
  const { fill, threshold } = barOf(gate);
  const names = useNames();
  const unit = names.unit[gate.unit] ?? gate.unit;
  const told = (value: number) => `${Number(value.toFixed(2))}${unit && ` ${unit}`}`;
  const percent = (share: number) => `${(100 * share).toFixed(2)}%`;
  const passed = gate.value >= gate.threshold;
  return (
    <div className={styles.gate}>
      <dt>{names.gate[gate.name] ?? gate.name.replaceAll("_", " ")}</dt>
      <dd>
        <strong>{told(gate.value)}</strong>{" "}
        <span className={styles.soft}>
          {t("alarms.needs", { threshold: told(gate.threshold) })} ·{" "}
          {t("alarms.margin", { value: `${passed ? "+" : ""}${Number((gate.value - gate.threshold).toFixed(2))}` })}
        </span>
      </dd>
      <dd className={styles.scale} aria-hidden>
        <span
          className={`${styles.value} ${passed ? "" : styles.failed}`}
          style={{ left: percent(fill[0]), width: percent(fill[1] - fill[0]) }}
        />
        <span className={styles.threshold} style={{ left: percent(threshold) }} />
      </dd>
    </div>
  );
}

/** The names of gates and units in words; one that nobody has put into words stays as its rule calls it. */
function useNames(): { gate: Record<string, string>; unit: Record<string, string> } {
  const { language } = usePreferences();
  return { en, zh }[language];
}
