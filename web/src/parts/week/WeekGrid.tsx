import { Button, Flex, theme } from "antd";
import type { TFunction } from "i18next";
import { type CSSProperties, type KeyboardEvent, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { CELLS, DAYS, type Painted, paintedOf, type Span, spansOf, timeOf } from "./spans";
import styles from "./week.module.css";

interface Props {
  label: string;
  value?: Span[];
  onChange?: (spans: Span[]) => void;
  /** What it means that nothing is painted. */
  nothing?: "always" | "never";
}

const WORK: Span[] = [{ days: ["mon", "tue", "wed", "thu", "fri"], start: "08:00", end: "18:00" }];
const NIGHT: Span[] = [{ days: [...DAYS], start: "22:00", end: "06:00" }];
const WEEKEND: Span[] = [{ days: ["sat", "sun"], start: "00:00", end: "00:00" }];

/** The hours of a week, painted with the pointer or with arrow keys and space. No hour at all means always. */
export function WeekGrid({ label, value = [], onChange, nothing = "always" }: Props) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const painted = paintedOf(value);
  const brush = useRef<boolean>(undefined);
  const [at, setAt] = useState<[number, number]>();
  const id = useId();
  const paint = (day: number, cell: number, on: boolean) => {
    if (painted[day]?.[cell] === on) return;
    onChange?.(spansOf(painted.map((row, d) => row.map((was, c) => (d === day && c === cell ? on : was)))));
  };
  const onKey = (event: KeyboardEvent) => {
    const [day, cell] = at ?? [0, 16];
    if (event.key === " ") paint(day, cell, !painted[day]?.[cell]);
    else if (event.key in STEPS) setAt(stepped([day, cell], event.key));
    else return;
    event.preventDefault();
  };
  const presets: [string, Span[]][] = [
    [t(`week.${nothing}`), []],
    [t("week.work"), WORK],
    [t("week.night"), NIGHT],
    [t("week.weekend"), WEEKEND],
  ];
  const colours = { "--on": token.colorPrimary, "--off": token.colorFillSecondary, "--at": token.colorText };
  return (
    <div style={colours as CSSProperties}>
      <Flex gap={8} wrap style={{ marginBottom: 8 }}>
        {presets.map(([name, spans]) => (
          <Button key={name} size="small" onClick={() => onChange?.(spans)}>
            {name}
          </Button>
        ))}
      </Flex>
      <div
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-describedby={`${id}-told`}
        aria-activedescendant={at && `${id}-${at[0]}-${at[1]}`}
        className={styles.grid}
        onKeyDown={onKey}
        onFocus={() => setAt((now) => now ?? [0, 16])}
        onBlur={() => setAt(undefined)}
        onPointerUp={() => (brush.current = undefined)}
        onPointerLeave={() => (brush.current = undefined)}
      >
        <Rows {...{ id, painted, at, brush, paint }} />
        <Hours />
      </div>
      <div
        id={`${id}-told`}
        style={{ color: token.colorTextDescription, fontSize: 12, marginTop: 4 }}
        aria-live="polite"
      >
        {value.length ? value.map((span) => sayOf(span, t)).join(" · ") : t(`week.${nothing}`)}
      </div>
    </div>
  );
}

interface RowsProps {
  id: string;
  painted: Painted;
  at: [number, number] | undefined;
  brush: { current: boolean | undefined };
  paint: (day: number, cell: number, on: boolean) => void;
}

function Rows({ id, painted, at, brush, paint }: RowsProps) {
  const { t } = useTranslation();
  return DAYS.map((day, d) => (
    <div key={day} role="row" className={styles.row}>
      <span role="rowheader" className={styles.day}>
        {t(`week.day.${day}`)}
      </span>
      {painted[d]?.map((on, c) => (
        <span
          key={timeOf(c)}
          id={`${id}-${d}-${c}`}
          role="gridcell"
          aria-selected={on}
          aria-label={`${t(`week.day.${day}`)} ${timeOf(c)}`}
          title={timeOf(c)}
          className={`${styles.cell} ${on ? styles.on : ""} ${at?.[0] === d && at[1] === c ? styles.at : ""}`}
          onPointerDown={(event) => {
            event.currentTarget.releasePointerCapture?.(event.pointerId); // a finger paints over its neighbours too
            brush.current = !on;
            paint(d, c, !on);
          }}
          onPointerEnter={() => brush.current !== undefined && paint(d, c, brush.current)}
        />
      ))}
    </div>
  ));
}

function Hours() {
  return (
    <div className={styles.row} aria-hidden>
      <span />
      {[0, 3, 6, 9, 12, 15, 18, 21].map((hour) => (
        <span key={hour} className={styles.hour}>
          {hour}
        </span>
      ))}
    </div>
  );
}

const STEPS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function stepped([day, cell]: [number, number], key: string): [number, number] {
  const [down, right] = STEPS[key] ?? [0, 0];
  return [(day + down + DAYS.length) % DAYS.length, (cell + right + CELLS) % CELLS];
}

/** A span in words. */
export function sayOf({ days, start, end }: Span, t: TFunction): string {
  const which = days.length === DAYS.length ? t("week.daily") : days.map((day) => t(`week.day.${day}`)).join(" ");
  const [from, to] = [start.slice(0, 5), end.slice(0, 5)];
  return from === to ? which : `${which} ${from}–${to}`;
}
