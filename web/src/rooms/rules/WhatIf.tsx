import { useQuery } from "@tanstack/react-query";
import { Alert, Drawer, Flex, Segmented, Skeleton, Tag, Typography } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { usePreferences } from "../../app/preferences";
import { type Template } from "../../parts/cameras/queries";
import { alarmsOf, type TaskDocument, taskDocument } from "../../parts/documents";
import { Failed } from "../../parts/Failed";
import { alarmUrl } from "../../parts/links";
import { lengthOf, momentOf } from "../../parts/moments";
import { NextStep } from "../../parts/NextStep";
import { useWord } from "../../words/known";
import styles from "./rules.module.css";
import { type Known, type Past, pastOf, type Seen, verdictsOf } from "./trying";

const DAY_MS = 86_400_000;
const SPANS = [1, 7, 30] as const;
const MOST_SHOWN = 50;
const MOST_PAGES = 10;

interface Props {
  task: Schemas["TaskOut"];
  document: TaskDocument;
  templates: Template[];
  onClose: () => void;
}

/** What an edit would have done with what was seen before: nothing of it goes live. */
export function WhatIf({ task, document, templates, onClose }: Props) {
  const { t } = useTranslation();
  const [days, setDays] = useState<(typeof SPANS)[number]>(7);
  const asked = useTrying(task, document, days);
  return (
    <Drawer open size="large" title={t("rules.whatIf")} onClose={onClose} styles={{ body: { paddingTop: 12 } }}>
      <Segmented
        aria-label={t("rules.span")}
        value={days}
        onChange={setDays}
        options={SPANS.map((value) => ({ value, label: t("rules.lastDays", { count: value }) }))}
        style={{ marginBottom: 16 }}
      />
      {asked.isPending && (
        <>
          <Typography.Paragraph type="secondary">{t("rules.trying")}</Typography.Paragraph>
          <Skeleton active />
        </>
      )}
      <Failed of={asked} />
      {asked.data && <Result {...asked.data} days={days} task={task} document={document} templates={templates} />}
    </Drawer>
  );
}

function useTrying(task: Schemas["TaskOut"], document: TaskDocument, days: number) {
  return useQuery({
    queryKey: ["what-if", task.id, task.revision, document, days],
    queryFn: async () => {
      const until = new Date();
      const span = { since: new Date(until.getTime() - days * DAY_MS).toISOString(), until: until.toISOString() };
      const [answer, known] = await Promise.all([
        data(
          api.POST("/api/v1/tasks/{task_id}/what-if", {
            params: { path: { task_id: task.id } },
            body: { document, ...span },
          }),
        ),
        alarmsSince(task.camera_id, span),
      ]);
      return { answer, known, past: pastOf(answer, span.since) };
    },
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

async function alarmsSince(camera: string, span: { since: string; until: string }): Promise<Known[]> {
  const found: Known[] = [];
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const query = { camera: [camera], ...span, limit: 200, after };
    const { items, next } = await data(api.GET("/api/v1/alarms", { params: { query } }));
    found.push(...items);
    if (!next) break;
    after = next;
  }
  return found;
}

interface ResultProps extends Omit<Props, "onClose"> {
  answer: Schemas["WhatIfAnswer"];
  known: Known[];
  past: Past;
  days: number;
}

function Result({ answer, known, past, days, task, document, templates }: ResultProps) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const said = useMemo(() => verdictsOf(answer.difference, known), [answer, known]);
  const names = useNames(document, taskDocument(task), templates);
  if (!past.seconds) return <NextStep text={t("rules.nothingStored")} />;
  return (
    <Flex vertical gap={12}>
      <Typography.Title level={2} style={{ fontSize: 18, margin: 0 }}>
        {past.whole
          ? t("rules.outcome", { count: days, before: said.before, after: said.after })
          : t("rules.outcomeOf", { past: lengthOf(past.seconds, language), before: said.before, after: said.after })}
      </Typography.Title>
      <Stored past={past} />
      {said.trueLost > 0 && <Alert type="error" showIcon title={t("rules.trueLost", { count: said.trueLost })} />}
      {said.falseGone > 0 && <Alert type="success" showIcon title={t("rules.falseGone", { count: said.falseGone })} />}
      {(answer.left_out ?? []).length > 0 && (
        <Alert
          type="info"
          title={t("rules.leftOut", { rules: (answer.left_out ?? []).map(names).join(t("cameras.comma")) })}
        />
      )}
      <Shown
        title={t("rules.removed", { count: answer.difference.counts.removed })}
        seen={said.removed}
        names={names}
      />
      <Shown title={t("rules.added", { count: answer.difference.counts.added })} seen={said.added} names={names} />
      <Typography.Text type="secondary">{t("rules.tracksOnly")}</Typography.Text>
    </Flex>
  );
}

/** How much past there is: an answer from ten minutes is none about a week. */
function Stored({ past: { first, last, seconds, whole } }: { past: Past }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (!first || !last) return null;
  const span = { first: momentOf(first, language), last: momentOf(last, language) };
  const text = t("rules.stored", { ...span, past: lengthOf(seconds, language) });
  return whole ? (
    <Typography.Text type="secondary">{text}</Typography.Text>
  ) : (
    <Alert type="info" showIcon title={text} description={t("rules.storedShort")} />
  );
}

/** From the id of a rule to the name of what it watches for. */
function useNames(now: TaskDocument, before: TaskDocument, templates: Template[]): (rule: string) => string {
  const { language } = usePreferences();
  const alarms = [...alarmsOf(before), ...alarmsOf(now)];
  return (rule) => {
    const id = rule.split(".")[0];
    const alarm = alarms.find((one) => (one.id ?? one.template) === id);
    const template = templates.find(({ name }) => name === (alarm?.template ?? id));
    return template ? template.title[language] : rule;
  };
}

function Shown({ title, seen, names }: { title: string; seen: Seen[]; names: (rule: string) => string }) {
  const { t } = useTranslation();
  if (!seen.length) return null;
  return (
    <section>
      <Typography.Title level={3} style={{ fontSize: 14 }}>
        {title}
      </Typography.Title>
      {seen.slice(0, MOST_SHOWN).map((one) => (
        <One
          key={`${one.tried.rule_id} ${one.tried.began} ${String(one.tried.track_ids)}`}
          {...one}
          name={names(one.tried.rule_id)}
        />
      ))}
      {seen.length > MOST_SHOWN && (
        <Typography.Text type="secondary">{t("rules.andMore", { count: seen.length - MOST_SHOWN })}</Typography.Text>
      )}
    </section>
  );
}

function One({ tried, known, name }: Seen & { name: string }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const picture = known?.picture ? (
    <img className={styles.thumb} src={`/api/v1/media/${known.picture}`} alt="" loading="lazy" />
  ) : (
    <div className={styles.thumb} />
  );
  const word = useWord();
  const unit = tried.unit && word("alarms.unit", tried.unit);
  const value = tried.value == null ? "" : ` · ${Math.round(tried.value * 10) / 10} ${unit}`;
  return (
    <div className={styles.seen}>
      {known ? <Link to={alarmUrl(known.id)}>{picture}</Link> : picture}
      <div>
        <div>{[name, tried.place].filter(Boolean).join(" · ")}</div>
        <Typography.Text type="secondary">{momentOf(tried.began, language) + value}</Typography.Text>{" "}
        {known?.verdict && (
          <Tag color={known.verdict === "true" ? "error" : "default"}>{t(`rules.verdict.${known.verdict}`)}</Tag>
        )}
      </div>
    </div>
  );
}
