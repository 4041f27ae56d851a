import { Button, Divider, Drawer, Flex, Form, Input, InputNumber, Select, Switch } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../api/client";
import { usePreferences } from "../../../app/preferences";
import { useRefusedAt } from "../../../parts/fields/useRefusedAt";
import { useUnsaved } from "../../../parts/unsaved";
import { useSaid } from "../../../words/known";
import { policyName } from "../../../words/seeded";
import { MatchFields, useSeverities, WeekField } from "../MatchFields";
import { useHealth } from "../pushes/data";
import { useChange } from "../useChange";
import { type Draft, draftOf, fieldOf, formOf, POLICIES, type Policy } from "./draft";

interface Props {
  /** Undefined: a new one. */
  policy: Policy | undefined;
  onClose: () => void;
}

/** A policy: what it is about, and what becomes of it. */
export function PolicyDrawer({ policy, onClose }: Props) {
  const { language } = usePreferences();
  const { t } = useTranslation();
  const [form] = Form.useForm<Draft>();
  const unsaved = useUnsaved();
  const at = useRefusedAt(form, fieldOf);
  const save = useChange(
    async (draft: Draft) => {
      const body = formOf({ ...draftOf(policy), ...draft });
      if (!policy) return api.POST("/api/v1/policies", { body });
      return api.PUT("/api/v1/policies/{policy_id}", { params: { path: { policy_id: policy.id } }, body });
    },
    { keys: [POLICIES], onSuccess: onClose },
  );
  return (
    <Drawer
      open
      title={policy ? policyName(policy.name, language) : t("settings.policies.add")}
      size={560}
      styles={{ wrapper: { maxWidth: "100vw" } }}
      onClose={() => unsaved.leave(onClose)}
      extra={
        <Button type="primary" loading={save.isPending} onClick={form.submit}>
          {t("settings.save")}
        </Button>
      }
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={draftOf(policy)}
        onValuesChange={unsaved.touch}
        onFinish={(draft) => {
          at.forget();
          save.mutate(draft, { onError: at.refused });
        }}
        scrollToFirstError={{ block: "center" }}
      >
        <Form.Item name="name" label={t("settings.name")} rules={[{ required: true, message: t("settings.needed") }]}>
          <Input maxLength={128} />
        </Form.Item>
        <Divider titlePlacement="start">{t("settings.policies.match")}</Divider>
        <MatchFields />
        <WeekField
          name="week"
          label={t("settings.policies.week")}
          extra={t("settings.policies.weekText")}
          before={policy?.match?.week}
        />
        <Divider titlePlacement="start">{t("settings.policies.effect")}</Divider>
        <EffectFields />
      </Form>
    </Drawer>
  );
}

function EffectFields() {
  const { t } = useTranslation();
  const severities = useSeverities();
  const form = Form.useFormInstance<Draft>();
  const [quiet, often, escalate] = [
    Form.useWatch("quiet", form),
    Form.useWatch("often", form),
    Form.useWatch("escalate", form),
  ];
  return (
    <>
      <Toggle name="quiet" />
      <div hidden={quiet}>
        <Form.Item name="severity" label={t("settings.policies.severity")}>
          <Select allowClear placeholder={t("settings.policies.asIs")} options={severities} />
        </Form.Item>
        <Seconds name="lasts_s" asked={!quiet} />
        <Seconds name="merge_s" asked={!quiet} />
        <Seconds name="cooldown_s" asked={!quiet} />
        <Toggle name="often">
          <Flex gap={16} style={{ display: often ? undefined : "none" }}>
            <Form.Item
              name="times"
              label={t("settings.policies.times")}
              rules={[{ required: often && !quiet, message: t("settings.needed") }]}
            >
              <InputNumber min={2} max={100} />
            </Form.Item>
            <Seconds name="within_s" least={1} asked={often && !quiet} />
          </Flex>
        </Toggle>
        <Toggle name="escalate">
          <Flex gap={16} style={{ display: escalate ? undefined : "none" }}>
            <Seconds name="after_s" least={10} asked={escalate && !quiet} />
            <Form.Item name="escalated" label={t("settings.policies.escalated")} style={{ flex: 1 }}>
              <Select allowClear placeholder={t("settings.policies.asIs")} options={severities} />
            </Form.Item>
          </Flex>
          <div hidden={!escalate}>
            <Targets />
          </div>
        </Toggle>
      </div>
    </>
  );
}

/** Who hears of an escalation, whatever else they are told of. */
function Targets() {
  const { t } = useTranslation();
  const targets = useHealth();
  return (
    <Form.Item name="targets" label={t("settings.policies.targets")} extra={t("settings.policies.targetsText")}>
      <Select
        mode="multiple"
        allowClear
        placeholder={t("settings.policies.targetsNone")}
        options={targets.data?.map(({ id, name }) => ({ value: id, label: name }))}
      />
    </Form.Item>
  );
}

function Toggle({ name, children }: { name: "quiet" | "often" | "escalate"; children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item
        name={name}
        label={t(`settings.policies.${name}`)}
        extra={t(`settings.policies.${name}Text`)}
        valuePropName="checked"
      >
        <Switch />
      </Form.Item>
      {children}
    </>
  );
}

type SecondsName = "lasts_s" | "merge_s" | "cooldown_s" | "within_s" | "after_s";

interface SecondsProps {
  name: SecondsName;
  least?: number;
  /** Whether it is seen: what nobody sees must not keep a form from being sent. */
  asked: boolean | undefined;
}

function Seconds({ name, least = 0, asked }: SecondsProps) {
  const { t } = useTranslation();
  const said = useSaid(); // not all of them need more words
  return (
    <Form.Item
      name={name}
      label={t(`settings.policies.${name}`)}
      extra={said(`settings.policies.${name}Text`)}
      rules={[{ required: Boolean(asked), message: t("settings.needed") }]}
    >
      <InputNumber min={least} max={86_400} suffix="s" style={{ width: 128 }} />
    </Form.Item>
  );
}
