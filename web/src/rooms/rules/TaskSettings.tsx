import { Collapse, Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import { problemsAt } from "../../parts/fields/problems";
import { useProblemWords } from "../../parts/fields/useProblems";
import { type Model } from "../../parts/hosts";
import { sayOf, WeekGrid } from "../../parts/week/WeekGrid";
import { summaryOf } from "../../words/naming";
import { type Problem } from "./data";
import type { Draft } from "./draft";

interface Props {
  draft: Draft;
  defaults: Record<string, unknown>;
  models: Model[];
  problems: Problem[];
  onChange: (draft: Draft, key: string) => void;
}

const FINDERS = new Set(["detection", "faces", "pose", "segmentation"]);

/** What concerns a whole task: its name, model, rate, and when it runs. */
export function TaskSettings(props: Props) {
  const { t } = useTranslation();
  const { draft, defaults } = props;
  const model = String(draft.document.model ?? defaults.model ?? "");
  const fps = draft.document.analysis_fps;
  const week = draft.schedule.length ? draft.schedule.map((span) => sayOf(span, t)).join(" · ") : t("week.always");
  const told = [model, fps ? `${String(fps)} fps` : t("rules.everyPicture"), week].filter(Boolean).join(" · ");
  return (
    <Collapse
      size="small"
      style={{ marginBottom: 8 }}
      items={[
        {
          key: "task",
          label: (
            <>
              <strong>{t("rules.task")}</strong> · {told}
            </>
          ),
          children: <TaskForm {...props} model={model} />,
        },
      ]}
    />
  );
}

function TaskForm({ draft, models, problems, model, onChange }: Props & { model: string }) {
  const { t } = useTranslation();
  const { document } = draft;
  const words = useProblemWords();
  const { language } = usePreferences();
  const set = (key: string, value: unknown) => {
    const { [key]: _, ...rest } = document;
    onChange({ ...draft, document: value === undefined ? rest : { ...rest, [key]: value } }, key);
  };
  const wrong = (key: string) => {
    const said = words(problemsAt(problems, [key]));
    return { validateStatus: said.length ? ("error" as const) : undefined, help: said.join(" · ") || undefined };
  };
  const offered = models.filter(({ task }) => FINDERS.has(task));
  return (
    <Form layout="vertical" component="div">
      <Form.Item label={t("rules.name")} htmlFor="task-name">
        <Input
          id="task-name"
          maxLength={128}
          value={draft.name}
          onChange={({ target }) => onChange({ ...draft, name: target.value }, "name")}
        />
      </Form.Item>
      <Form.Item label={t("rules.model")} htmlFor="task-model" {...wrong("model")}>
        <Select
          id="task-model"
          showSearch
          value={model || undefined}
          options={offered.map((one) => ({ value: one.name, label: one.name, title: summaryOf(one, language) }))}
          onChange={(name) => set("model", name)}
        />
      </Form.Item>
      <Form.Item label={t("rules.fps")} htmlFor="task-fps" extra={t("rules.fpsTold")} {...wrong("analysis_fps")}>
        <InputNumber
          id="task-fps"
          style={{ width: "100%" }}
          min={0.1}
          max={120}
          value={typeof document.analysis_fps === "number" ? document.analysis_fps : null}
          placeholder={t("rules.everyPicture")}
          suffix="fps"
          onChange={(fps) => set("analysis_fps", fps ?? undefined)}
        />
      </Form.Item>
      <Form.Item label={t("rules.schedule")} extra={t("rules.siteClock")}>
        <WeekGrid
          label={t("rules.schedule")}
          value={draft.schedule}
          onChange={(spans) =>
            onChange(
              { ...draft, schedule: spans.map(({ days = [], start = "", end = "" }) => ({ days, start, end })) },
              "",
            )
          }
        />
      </Form.Item>
    </Form>
  );
}
