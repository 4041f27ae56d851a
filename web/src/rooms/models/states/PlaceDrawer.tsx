import { Alert, Button, Drawer, Flex, Form, Input, Popconfirm, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../api/client";
import { useTasks } from "../../../parts/cameras/queries";
import { statesKey, type TaughtPlace } from "../../../parts/states";
import { useChange } from "../../settings/useChange";
import { AddExample } from "./AddExample";
import { Examples } from "./Examples";
import { useModelSaid } from "./Places";
import { Training } from "./Training";
import { NAME, tasksAbout } from "./teaching";

interface Props {
  hostId: string;
  known: TaughtPlace[];
  /** Undefined: a new one. */
  name: string | undefined;
  onNamed: (name: string) => void;
  onClose: () => void;
}

/** A place and what it was taught: its examples, more of them, its model. */
export function PlaceDrawer({ hostId, known, name, onNamed, onClose }: Props) {
  const { t } = useTranslation();
  const place = known.find((one) => one.name === name);
  return (
    <Drawer
      open
      title={name ?? t("models.states.add")}
      size={720}
      styles={{ wrapper: { maxWidth: "100vw" } }}
      onClose={onClose}
      extra={place && <Removal hostId={hostId} name={place.name} onRemoved={onClose} />}
    >
      {place ? <Known hostId={hostId} place={place} /> : <New {...{ hostId, onNamed }} given={name} />}
    </Drawer>
  );
}

function Known({ hostId, place }: { hostId: string; place: TaughtPlace }) {
  const { t } = useTranslation();
  return (
    <Flex vertical gap={16}>
      <Typography.Text type="secondary">
        {t("models.states.model")}: {useModelSaid(place)}
      </Typography.Text>
      {place.error && <Alert type="warning" title={t("models.states.broken", { what: place.error })} />}
      <Training hostId={hostId} place={place} />
      <AddExample hostId={hostId} name={place.name} place={place} />
      <Examples hostId={hostId} place={place} />
    </Flex>
  );
}

/** A place begins with a name and its first example. */
function New({ hostId, given, onNamed }: { hostId: string; given: string | undefined } & Pick<Props, "onNamed">) {
  const { t } = useTranslation();
  const [name, write] = useState(given ?? "");
  const wrong = name !== "" && !NAME.test(name);
  return (
    <Flex vertical gap={16}>
      <Form layout="vertical" component="div">
        <Form.Item
          label={t("models.states.name")}
          htmlFor="place-name"
          validateStatus={wrong ? "error" : undefined}
          help={t(wrong ? "models.states.nameWrong" : "models.states.nameText")}
        >
          <Input id="place-name" maxLength={64} value={name} onChange={({ target }) => write(target.value)} />
        </Form.Item>
      </Form>
      <AddExample hostId={hostId} name={NAME.test(name) ? name : ""} place={undefined} onAdded={() => onNamed(name)} />
    </Flex>
  );
}

function Removal({ hostId, name, onRemoved }: { hostId: string; name: string; onRemoved: () => void }) {
  const { t } = useTranslation();
  const used = tasksAbout(useTasks().data ?? [], name).length > 0;
  const remove = useChange(
    () => api.DELETE("/api/v1/hosts/{host_id}/states/{name}", { params: { path: { host_id: hostId, name } } }),
    { keys: [statesKey(hostId)], onSuccess: onRemoved },
  );
  return (
    <Popconfirm
      title={t("models.states.removeSure", { name })}
      onConfirm={() => remove.mutate(undefined)}
      disabled={used}
    >
      <Button danger loading={remove.isPending} disabled={used}>
        {t("models.states.remove")}
      </Button>
    </Popconfirm>
  );
}
