import { Alert, Button, Drawer, Flex, Form, Input, Popconfirm, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../api/client";
import { useTasks } from "../../../parts/cameras/queries";
import { statesKey, type TaughtPlace } from "../../../parts/states";
import { type Unsaved, useUnsaved } from "../../../parts/unsaved";
import { useChange } from "../../settings/useChange";
import { CAMERA } from "../importing/TryChoice";
import { AddExample, type AddExampleProps, type Given } from "./AddExample";
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
  const unsaved = useUnsaved();
  // What was chosen for the first example does for the next ones.
  const [given, give] = useState<Given>({ state: "", choice: CAMERA });
  const filled = { given, onGive: (some: Partial<Given>) => give((now) => ({ ...now, ...some })) };
  return (
    <Drawer
      open
      title={name ?? t("models.states.add")}
      size={720}
      styles={{ wrapper: { maxWidth: "100vw" } }}
      onClose={() => unsaved.leave(onClose)}
      extra={place && <Removal hostId={hostId} name={place.name} onRemoved={onClose} />}
    >
      {place ? (
        <Known {...{ hostId, place, filled }} />
      ) : (
        <New {...{ hostId, onNamed, unsaved, filled }} called={name} />
      )}
    </Drawer>
  );
}

type Filled = Pick<AddExampleProps, "given" | "onGive">;

function Known({ hostId, place, filled }: { hostId: string; place: TaughtPlace; filled: Filled }) {
  const { t } = useTranslation();
  return (
    <Flex vertical gap={16}>
      <Typography.Text type="secondary">
        {t("models.states.model")}: {useModelSaid(place)}
      </Typography.Text>
      {place.error && <Alert type="warning" title={t("models.states.broken", { what: place.error })} />}
      <Training hostId={hostId} place={place} />
      <AddExample hostId={hostId} name={place.name} place={place} {...filled} />
      <Examples hostId={hostId} place={place} />
    </Flex>
  );
}

interface NewProps extends Pick<Props, "hostId" | "onNamed"> {
  called: string | undefined;
  filled: Filled;
  unsaved: Unsaved;
}

/** A place begins with a name and its first example. */
function New({ hostId, called, filled, unsaved, onNamed }: NewProps) {
  const { t } = useTranslation();
  const [name, write] = useState(called ?? "");
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
          <Input
            id="place-name"
            maxLength={64}
            value={name}
            onChange={({ target }) => {
              unsaved.touch();
              write(target.value);
            }}
          />
        </Form.Item>
      </Form>
      <AddExample
        hostId={hostId}
        name={NAME.test(name) ? name : ""}
        place={undefined}
        {...filled}
        onAdded={() => {
          unsaved.settle();
          onNamed(name);
        }}
      />
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
