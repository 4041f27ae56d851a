import { App, DatePicker, Form, Modal, Radio } from "antd";
import type { Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { api, data } from "../../../api/client";
import { useChange } from "../useChange";
import { PUSHES } from "./data";
import { type Span, spanOf } from "./replaying";

interface Wish {
  which: "failed" | "all";
  span: Span;
  own?: [Dayjs, Dayjs];
}

const SPANS: Span[] = ["hour", "day", "week", "own"];

/** Send deliveries of a span again. */
export function ReplayModal({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Wish>();
  const span = Form.useWatch("span", form);
  const replay = useChange(
    ({ which, span: wanted, own }: Wish) =>
      data(
        api.POST("/api/v1/pushes/{push_id}/replay", {
          params: { path: { push_id: id } },
          body: {
            ...spanOf(wanted, new Date(), own && [own[0].toDate(), own[1].toDate()]),
            states: which === "failed" ? ["refused", "lost"] : ["refused", "lost", "delivered"],
          },
        }),
      ),
    {
      keys: [PUSHES],
      onSuccess: ({ deliveries }) => {
        void message.info(
          deliveries ? t("settings.pushes.replayed", { count: deliveries }) : t("settings.pushes.replayedNone"),
        );
        onClose();
      },
    },
  );
  return (
    <Modal
      open
      title={t("settings.pushes.replay")}
      okText={t("settings.pushes.replay")}
      confirmLoading={replay.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p style={{ marginTop: 0 }}>{t("settings.pushes.replayText")}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ which: "failed", span: "day" }}
        onFinish={replay.mutate}
      >
        <Form.Item name="which" label={t("settings.pushes.replayWhich")}>
          <Radio.Group
            vertical
            options={(["failed", "all"] as const).map((value) => ({
              value,
              label: t(`settings.pushes.replayStates.${value}`),
            }))}
          />
        </Form.Item>
        <Form.Item name="span" label={t("settings.pushes.replaySpan")}>
          <Radio.Group
            optionType="button"
            options={SPANS.map((value) => ({ value, label: t(`settings.pushes.spans.${value}`) }))}
          />
        </Form.Item>
        {span === "own" && (
          <Form.Item name="own" rules={[{ required: true, message: t("settings.needed") }]}>
            <DatePicker.RangePicker showTime={{ format: "HH:mm" }} style={{ width: "100%" }} />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
