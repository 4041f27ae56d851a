import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Flex, Form, Input, Select, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { GroupSelect } from "../../parts/adding/GroupSelect";
import { bodyOf } from "../../parts/cameras/camera";
import { type Camera, useCamera } from "../../parts/cameras/queries";
import { Failed } from "../../parts/Failed";
import { Page } from "../../parts/Page";
import { useUnsaved } from "../../parts/unsaved";

const TRANSPORTS = ["tcp", "udp", "tcp-passive", "tcp-active"] as const;

interface Values {
  name: string;
  place?: string;
  group_id?: string | null;
  url: string;
  main_url?: string | null;
  transport?: Schemas["SourceOptions"]["transport"];
}

/** Change a camera. Its password stays where the address keeps the mask. */
export function EditPage() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const camera = useCamera(id);
  return (
    <Page title={camera.data ? t("cameras.editTitle", { name: camera.data.name }) : t("cameras.edit")}>
      {camera.isPending && <Skeleton active />}
      {!camera.data && camera.isError && <Failed of={camera} />}
      {camera.data && <EditForm camera={camera.data} />}
    </Page>
  );
}

function EditForm({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const unsaved = useUnsaved();
  const save = useSave(camera, unsaved.settle);
  const first = { ...camera, transport: camera.options.transport };
  const needed = [{ required: true, whitespace: true, message: t("adding.needed") }];
  return (
    <Form<Values>
      layout="vertical"
      requiredMark={false}
      initialValues={first}
      onValuesChange={unsaved.touch}
      onFinish={(values) => save.mutate(values)}
      style={{ maxWidth: 560 }}
    >
      <Form.Item name="name" label={t("adding.name")} rules={needed}>
        <Input maxLength={128} autoComplete="off" />
      </Form.Item>
      <Form.Item name="place" label={t("adding.place")}>
        <Input maxLength={256} autoComplete="off" />
      </Form.Item>
      <Form.Item name="group_id" label={t("adding.group")} extra={t("adding.groupHelp")}>
        <GroupSelect />
      </Form.Item>
      <Form.Item name="url" label={t("adding.url")} extra={t("cameras.maskHelp")} rules={needed}>
        <Input autoComplete="off" spellCheck={false} />
      </Form.Item>
      <Form.Item name="main_url" label={t("adding.mainUrl")} extra={t("adding.mainUrlHelp")}>
        <Input autoComplete="off" spellCheck={false} />
      </Form.Item>
      <Form.Item name="transport" label={t("adding.transport")}>
        <Select
          allowClear
          placeholder={t("adding.automatic")}
          options={TRANSPORTS.map((value) => ({ value, label: t(`adding.transports.${value}`) }))}
        />
      </Form.Item>
      {save.isError && <Failed of={{ error: save.error }} />}
      <Flex gap={8} style={{ marginTop: 16 }}>
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t("cameras.save")}
        </Button>
        <Button onClick={() => void navigate(-1)}>{t("cameras.cancel")}</Button>
      </Flex>
    </Form>
  );
}

function useSave(camera: Camera, onKept: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ transport, main_url, place, group_id, ...values }: Values) =>
      data(
        api.PUT("/api/v1/cameras/{camera_id}", {
          params: { path: { camera_id: camera.id } },
          body: {
            ...bodyOf(camera),
            ...values,
            place: place ?? "",
            group_id: group_id ?? null,
            main_url: main_url?.trim() || null,
            options: { ...camera.options, transport: transport ?? null },
          },
        }),
      ),
    onSuccess: ({ id }) => {
      onKept();
      void client.invalidateQueries({ queryKey: ["cameras"] });
      void navigate(`/cameras/${id}`, { replace: true });
    },
  });
}
