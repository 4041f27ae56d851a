import { Button, Flex, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { GroupSelect } from "./GroupSelect";

export interface Named {
  name: string;
  place: string;
  group_id: string | null;
}

interface Props {
  first: string;
  button: string;
  busy: boolean;
  disabled: boolean;
  onBack: () => void;
  onDone: (named: Named) => void;
}

/** What a camera is called, where it hangs, and who sees it. */
export function NameForm({ first, button, busy, disabled, onBack, onDone }: Props) {
  const { t } = useTranslation();
  const done = ({ name, place = "", group_id = null }: Partial<Named>) => onDone({ name: name ?? "", place, group_id });
  return (
    <Form<Partial<Named>> layout="vertical" requiredMark={false} initialValues={{ name: first }} onFinish={done}>
      <Form.Item
        name="name"
        label={t("adding.name")}
        rules={[{ required: true, whitespace: true, message: t("adding.needed") }]}
      >
        <Input autoFocus maxLength={128} placeholder={t("adding.nameExample")} autoComplete="off" />
      </Form.Item>
      <Form.Item name="place" label={t("adding.place")}>
        <Input maxLength={256} placeholder={t("adding.placeExample")} autoComplete="off" />
      </Form.Item>
      <Form.Item name="group_id" label={t("adding.group")} extra={t("adding.groupHelp")}>
        <GroupSelect />
      </Form.Item>
      <Flex gap={8}>
        <Button type="primary" htmlType="submit" loading={busy} disabled={disabled}>
          {button}
        </Button>
        <Button onClick={onBack}>{t("adding.back")}</Button>
      </Flex>
    </Form>
  );
}
