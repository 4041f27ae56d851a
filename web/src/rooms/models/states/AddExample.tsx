import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, AutoComplete, Button, Card, Flex, Form, Select, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, data } from "../../../api/client";
import { useTasks } from "../../../parts/cameras/queries";
import { useComplaint } from "../../../parts/complaint";
import { statesKey, type TaughtPlace } from "../../../parts/states";
import { type Choice, isChosen, type Kind, TryChoice } from "../importing/TryChoice";
import { Judging } from "./Judging";
import { NAME, zonesOf } from "./teaching";

const KINDS: Kind[] = ["camera", "picture"];

/** What is filled in: the state that is shown, and where the picture comes from. */
export interface Given {
  state: string;
  choice: Choice;
}

export interface AddExampleProps {
  hostId: string;
  /** Of the place; empty: it has none yet. */
  name: string;
  /** Undefined: this is its first example. */
  place: TaughtPlace | undefined;
  given: Given;
  onGive: (some: Partial<Given>) => void;
  onAdded?: () => void;
}

/** One more example of a state: out of a camera's picture of now, or of one's own. */
export function AddExample({ hostId, name, place, given: { state, choice }, onGive, onAdded }: AddExampleProps) {
  const { t } = useTranslation();
  const complain = useComplaint();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [zone, setZone] = useState<string>();
  const tasks = useTasks();
  const zones = zonesOf(tasks.data ?? [], choice.on.camera_id ?? "");
  const add = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/hosts/{host_id}/states/{name}/examples", {
          params: { path: { host_id: hostId, name } },
          body: {
            state,
            ...choice.on,
            vertices: place ? null : (zones.find(({ key }) => key === zone)?.vertices ?? null),
          },
        }),
      ),
    onSuccess: async ({ count }) => {
      await client.invalidateQueries({ queryKey: statesKey(hostId) });
      void client.invalidateQueries({ queryKey: ["examples", hostId, name, state] });
      void message.success(t("models.states.kept", { state, count }));
      if (choice.kind === "picture") onGive({ choice: { ...choice, on: { camera_id: "", picture: "" } } }); // it is used up
      onAdded?.();
    },
    onError: complain,
  });
  const states = Object.keys(place?.states ?? {});
  const wrong = state !== "" && !NAME.test(state);
  return (
    <Card size="small" title={t("models.states.addExample")}>
      <Form layout="vertical" component="div">
        <Form.Item label={t("models.states.from")}>
          <TryChoice
            hostId={hostId}
            value={choice}
            kinds={KINDS}
            label={t("models.states.from")}
            onChange={(next) => onGive({ choice: next })}
            onBad={complain}
          />
        </Form.Item>
        {!place && (
          <Form.Item label={t("models.states.zone")} htmlFor="place-zone" extra={t("models.states.zoneText")}>
            <Select
              id="place-zone"
              allowClear
              placeholder={t("models.states.wholePicture")}
              value={zone}
              onChange={setZone}
              options={zones.map(({ key, zone, task }) => ({
                value: key,
                label: t("models.states.zoneOf", { zone, task }),
              }))}
            />
          </Form.Item>
        )}
        <Form.Item
          label={t("models.states.state")}
          htmlFor="place-state"
          validateStatus={wrong ? "error" : undefined}
          help={t(wrong ? "models.states.nameWrong" : "models.states.stateText")}
        >
          <AutoComplete
            id="place-state"
            value={state}
            options={states.map((one) => ({ value: one }))}
            onChange={(next: string) => onGive({ state: next.trim() })}
          />
        </Form.Item>
      </Form>
      <Flex gap={8} wrap style={{ marginTop: 12 }}>
        <Button
          type="primary"
          disabled={!name || !NAME.test(state) || !isChosen(choice)}
          loading={add.isPending}
          onClick={() => add.mutate()}
        >
          {t(choice.kind === "camera" ? "models.states.keepMore" : "models.states.keep")}
        </Button>
        {place?.model && <Judging hostId={hostId} name={name} choice={choice} />}
      </Flex>
      <Typography.Paragraph type="secondary" style={{ margin: "12px 0 0" }}>
        {t("models.states.takeText")}
      </Typography.Paragraph>
      {tasks.isError && <Alert type="warning" title={t("failed.away")} />}
    </Card>
  );
}
