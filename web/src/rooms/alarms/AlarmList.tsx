import { Button, Checkbox, Skeleton } from "antd";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { may, usePerson } from "../../app/session";
import { Failed } from "../../parts/Failed";
import { NextStep } from "../../parts/NextStep";
import { AlarmRow } from "./AlarmRow";
import styles from "./alarms.module.css";
import { BulkBar } from "./BulkBar";
import { type Filters, filtersOf, narrowing } from "./filters";
import { MOST_WAITING } from "./merging";
import { Parts } from "./Parts";
import type { useAlarms } from "./useAlarms";

interface Props {
  column: RefObject<HTMLElement | null>;
  listed: ReturnType<typeof useAlarms>;
  filters: Filters;
  change: (filters: Filters) => void;
  id: string | undefined;
}

/** The list: newest first; what is new waits above it, and nothing jumps. */
export function AlarmList({ column, listed, filters, change, id }: Props) {
  const { t } = useTranslation();
  const operator = may(usePerson().role, "operator");
  const { list, alarms, waiting, show } = listed;
  const [picked, pick] = usePicked(filters);
  useEffect(() => {
    if (id) document.getElementById(`alarm-${id}`)?.scrollIntoView({ block: "nearest" });
  }, [id]);
  const showAll = () => {
    show();
    column.current?.scrollTo({ top: 0 });
    window.scrollTo({ top: 0 });
  };
  return (
    <section ref={column} className={`${styles.column} ${styles.list}`} aria-label={t("alarms.list")}>
      {operator && alarms.length > 0 && (
        <div className={styles.tools}>
          <Checkbox
            aria-label={t("alarms.selectAll")}
            checked={picked.size > 0 && alarms.every((alarm) => picked.has(alarm.id))}
            indeterminate={picked.size > 0 && !alarms.every((alarm) => picked.has(alarm.id))}
            onChange={(event) => pick(event.target.checked ? alarms.slice(0, 500).map((alarm) => alarm.id) : [])}
          />
          <BulkBar picked={[...picked]} onDone={() => pick([])} />
        </div>
      )}
      <div className={styles.pill} aria-live="polite">
        {waiting.length > 0 && (
          <Button type="primary" shape="round" onClick={showAll}>
            ↑{" "}
            {t("alarms.fresh", {
              count: waiting.length,
              shown: waiting.length + (waiting.length < MOST_WAITING ? "" : "+"),
            })}
          </Button>
        )}
      </div>
      {list.isPending && <Skeleton active paragraph={{ rows: 12 }} style={{ padding: 16 }} />}
      <Failed of={list} />
      <ol className={styles.rows}>
        {alarms.map((alarm) => (
          <Row
            key={alarm.id}
            alarm={alarm}
            chosen={alarm.id === id}
            picked={operator ? picked.has(alarm.id) : undefined}
            onPick={(on) => pick(on ? [...picked, alarm.id] : [...picked].filter((one) => one !== alarm.id))}
          />
        ))}
      </ol>
      {list.isSuccess && !alarms.length && <Nothing filters={filters} change={change} />}
      {alarms.length > 0 && <End list={list} />}
    </section>
  );
}

/** An alarm of the list; where others are part of it, it unfolds. */
function Row({ alarm, ...row }: Parameters<typeof AlarmRow>[0]) {
  const [open, setOpen] = useState(false);
  const more = alarm.count > alarm.happened;
  return (
    <AlarmRow
      {...{ alarm, ...row }}
      parts={open && more && <Parts alarm={alarm} />}
      onUnfold={more ? () => setOpen(!open) : undefined}
    />
  );
}

/** The alarms that were ticked; other filters, nothing ticked. */
function usePicked(filters: Filters): [Set<string>, (ids: string[]) => void] {
  const [picked, setPicked] = useState<{ of: Filters; ids: Set<string> }>({ of: filters, ids: new Set() });
  const ids = picked.of === filters ? picked.ids : new Set<string>();
  return [ids, (next) => setPicked({ of: filters, ids: new Set(next) })];
}

function Nothing({ filters, change }: Pick<Props, "filters" | "change">) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const operator = may(usePerson().role, "operator");
  if (narrowing(filters)) {
    return (
      <NextStep text={t(filters.quiet ? "alarms.emptyQuiet" : "alarms.emptyFiltered")}>
        <Button onClick={() => change(filtersOf(new URLSearchParams()))}>{t("alarms.clear")}</Button>
      </NextStep>
    );
  }
  return (
    <NextStep text={t("alarms.empty")}>
      {operator && (
        <Button type="primary" onClick={() => navigate("/rules")}>
          {t("alarms.emptyRules")}
        </Button>
      )}
    </NextStep>
  );
}

/** The end of what was fetched: the next page comes when it is seen. */
function End({ list }: { list: Props["listed"]["list"] }) {
  const { t } = useTranslation();
  const seen = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (!seen.current || !hasNextPage) return;
    const watch = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting && !isFetchingNextPage) void fetchNextPage();
    });
    watch.observe(seen.current);
    return () => watch.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <div ref={seen} className={`${styles.end} ${styles.soft}`}>
      {hasNextPage ? (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("alarms.more")}
        </Button>
      ) : (
        t("alarms.end")
      )}
    </div>
  );
}
