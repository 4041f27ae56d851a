import { Alert, Button, Collapse, Form, type FormInstance, Input, Segmented, Select, Skeleton, theme } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { api, data, Refused, type Schemas } from "../../../api/client";
import { usePreferences } from "../../../app/preferences";
import { Failed } from "../../../parts/Failed";
import { otherProblems } from "../../../parts/fields/problems";
import { useProblemWords } from "../../../parts/fields/useProblems";
import { useUnsaved } from "../../../parts/unsaved";
import { sayOf } from "../../../parts/week/WeekGrid";
import { MatchFields, WeekField } from "../MatchFields";
import { Panel } from "../Panel";
import { useChange } from "../useChange";
import { Back } from "./Back";
import { type Kind, PUSHES, type Target, useKinds, useTarget } from "./data";
import { type Draft, draftOf, formOf } from "./draft";
import { useKindWords } from "./kinds";
import { MailServer } from "./MailServer";
import styles from "./pushes.module.css";
import { SettingFields } from "./SettingFields";
import { TestButton } from "./TestButton";

/** A new target of the kind in the address. */
export function NewTarget() {
  const kinds = useKinds();
  const wanted = useParams().kind;
  const kind = kinds.data?.find((one) => one.kind === wanted);
  if (kind) return <TargetForm kind={kind} />;
  return <Waiting of={kinds} />;
}

/** The target in the address, to be changed. */
export function EditTarget() {
  const { id } = useParams();
  const [kinds, target] = [useKinds(), useTarget(id)];
  const kind = kinds.data?.find((one) => one.kind === target.data?.kind);
  if (kind && target.data) return <TargetForm kind={kind} target={target.data} />;
  return <Waiting of={target.error ? target : kinds} />;
}

function Waiting({ of }: { of: { error: Error | null; refetch: () => unknown } }) {
  return (
    <>
      <Back />
      {of.error ? <Failed of={of} /> : <Skeleton active paragraph={{ rows: 8 }} />}
    </>
  );
}

function TargetForm({ kind, target }: { kind: Kind; target?: Target }) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const { language } = usePreferences();
  const navigate = useNavigate();
  const words = useKindWords();
  const said = useProblemWords();
  const [form] = Form.useForm<Draft>();
  const [problems, setProblems] = useState<Schemas["Problem"][]>([]);
  const [patient, setPatient] = useState(true);
  const first = draftOf(kind, words.name(kind.kind), language, target);
  const written = () => formOf(kind, { ...first, ...form.getFieldsValue(true) }, target?.enabled ?? true);
  const unsaved = useUnsaved();
  const save = useSave(target?.id, (saved) => {
    unsaved.settle();
    navigate(`/settings/pushes/${saved.id}`);
  });
  const refused = (error: Error) => setProblems(error instanceof Refused ? error.problems : []);
  const changeOptions = CHANGES.map((value) => ({ value, label: t(`settings.pushes.change.${value}`) }));
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={(label, { required }) => (
        <>
          {label}
          {required && " *"}
        </>
      )}
      initialValues={first}
      onFinish={() => save.mutate(written(), { onError: refused })}
      onValuesChange={() => {
        unsaved.touch();
        setProblems([]);
      }}
    >
      <Back to={target && `/settings/pushes/${target.id}`} name={target?.name} />
      <Panel
        title={target ? target.name : words.name(kind.kind)}
        text={words.how(kind.kind) ?? words.about(kind.kind) ?? kind.summary}
      >
        {kind.kind === "mail" && <MailServer />}
        <div className={styles.fields}>
          <Form.Item name="name" label={t("settings.name")} rules={[{ required: true, message: t("settings.needed") }]}>
            <Input maxLength={128} />
          </Form.Item>
          <Form.Item name="language" label={t("settings.pushes.language")}>
            <Segmented options={LANGUAGES} />
          </Form.Item>
        </div>
        <Form.Item name="settings" noStyle>
          <SettingFields kind={kind} problems={problems} patient={patient} />
        </Form.Item>
        <TestButton
          trial={() => ({ ...written(), push_id: target?.id ?? null })}
          onAsk={() => setPatient(false)}
          onRefused={refused}
        />
      </Panel>
      <Panel title={t("settings.pushes.what")} text={t("settings.pushes.whatText")}>
        <Form.Item
          name="changes"
          label={t("settings.pushes.changes")}
          rules={[{ required: true, message: t("settings.needed") }]}
        >
          <Select mode="multiple" options={changeOptions} />
        </Form.Item>
        <div className={styles.fields}>
          <MatchFields />
        </div>
        <Times match={target?.match} />
      </Panel>
      {said(otherProblems(problems, [], ["settings"])).map((text) => (
        <Alert key={text} type="error" showIcon title={text} style={{ marginBottom: 8 }} />
      ))}
      <div className={styles.bar} style={{ background: token.colorBgLayout }}>
        <Button type="primary" htmlType="submit" loading={save.isPending} onClick={() => setPatient(false)}>
          {t("settings.save")}
        </Button>
      </div>
    </Form>
  );
}

/** When it is told, and when not: shown when somebody asks, for most are told at any time. */
function Times({ match }: { match: Target["match"] | undefined }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<Draft>();
  const said = { week: useSpans("week", form), quiet: useSpans("quiet", form) };
  const part = (name: "week" | "quiet", extra: string) => ({
    key: name,
    label: `${t(`settings.pushes.${name}`)}: ${said[name]}`,
    children: <WeekField name={name} label={t(`settings.pushes.${name}`)} extra={extra} before={match?.[name]} />,
  });
  return (
    <Collapse
      size="small"
      ghost
      items={[part("week", t("settings.policies.weekText")), part("quiet", t("settings.pushes.quietText"))]}
    />
  );
}

function useSpans(name: "week" | "quiet", form: FormInstance<Draft>): string {
  const { t } = useTranslation();
  const spans = Form.useWatch((draft: Draft) => draft[name], { form, preserve: true }) ?? [];
  return spans.map((span) => sayOf(span, t)).join(" · ") || t(name === "week" ? "week.always" : "week.never");
}

const LANGUAGES = [
  { value: "zh", label: "中文" },
  { value: "en", label: "English" },
];
const CHANGES: Draft["changes"] = ["raised", "updated", "worsened", "escalated", "ended", "handled"];

function useSave(id: string | undefined, onSaved: (target: Target) => void) {
  return useChange(
    (body: Schemas["PushForm"]) =>
      data(
        id === undefined
          ? api.POST("/api/v1/pushes", { body })
          : api.PUT("/api/v1/pushes/{push_id}", { params: { path: { push_id: id } }, body }),
      ),
    { keys: [PUSHES], onSuccess: onSaved },
  );
}
