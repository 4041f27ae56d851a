import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  DeleteOutlined,
  EditOutlined,
  HolderOutlined,
  PlusOutlined,
} from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm, Skeleton, Switch } from "antd";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, data } from "../../../api/client";
import { usePreferences } from "../../../app/preferences";
import { may, usePerson } from "../../../app/session";
import { Failed } from "../../../parts/Failed";
import { NextStep } from "../../../parts/NextStep";
import { policyName } from "../../../words/seeded";
import { useMatchChoices } from "../MatchFields";
import { sayMatch } from "../matching";
import { Panel } from "../Panel";
import { useChange } from "../useChange";
import { draftOf, formOf, moved, POLICIES, type Policy } from "./draft";
import { PolicyDrawer } from "./PolicyDrawer";
import styles from "./policies.module.css";
import { sayEffect } from "./say";

/** What becomes of events: the first policy that fits decides, so their order counts. */
export default function PoliciesPage() {
  const { t } = useTranslation();
  const administrator = may(usePerson().role, "administrator");
  const [edited, edit] = useState<Policy | "new">();
  const policies = useQuery({ queryKey: POLICIES, queryFn: () => data(api.GET("/api/v1/policies")) });
  const order = useOrder();
  const drag = useDrag((from, to) => order(moved(policies.data ?? [], from, to)));
  const add = administrator && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => edit("new")}>
      {t("settings.policies.add")}
    </Button>
  );
  return (
    <Panel title={t("settings.sections.policies")} text={t("settings.policies.text")} extra={add}>
      <Failed of={policies} />
      {policies.isPending && <Skeleton active />}
      {policies.data?.length === 0 && <NextStep text={t("settings.policies.none")} />}
      <ol className={styles.list}>
        {policies.data?.map((policy, place) => (
          <Row
            key={policy.id}
            policy={policy}
            may={administrator}
            drag={drag(place)}
            onEdit={() => edit(policy)}
            onUp={place > 0 ? () => order(moved(policies.data, place, place - 1)) : undefined}
            onDown={place < policies.data.length - 1 ? () => order(moved(policies.data, place, place + 1)) : undefined}
          />
        ))}
      </ol>
      {edited && <PolicyDrawer policy={edited === "new" ? undefined : edited} onClose={() => edit(undefined)} />}
    </Panel>
  );
}

/** Give the policies another order: shown at once, taken back if the server says no. */
function useOrder() {
  const client = useQueryClient();
  const write = useChange(
    (ids: string[]) =>
      api
        .PUT("/api/v1/policies/order", { body: { ids } })
        .finally(() => client.invalidateQueries({ queryKey: POLICIES })),
    { keys: [] },
  );
  return (next: Policy[]) => {
    client.setQueryData(POLICIES, next);
    write.mutate(next.map(({ id }) => id));
  };
}

/** What makes a row one that can be dragged, and dropped upon. */
function useDrag(drop: (from: number, to: number) => void) {
  const [[from, over], set] = useState<[number?, number?]>([]);
  return (place: number) => ({
    over: over === place && from !== place,
    row: {
      onDragOver: (event: DragEvent) => {
        if (from === undefined) return;
        event.preventDefault();
        if (over !== place) set([from, place]);
      },
      onDrop: () => {
        if (from !== undefined && from !== place) drop(from, place);
        set([]);
      },
    },
    handle: {
      draggable: true,
      onDragStart: (event: DragEvent) => {
        event.dataTransfer.effectAllowed = "move";
        set([place, place]);
      },
      onDragEnd: () => set([]),
    },
  });
}

interface RowProps {
  policy: Policy;
  may: boolean;
  drag: ReturnType<ReturnType<typeof useDrag>>;
  onEdit: () => void;
  onUp?: () => void;
  onDown?: () => void;
}

function Row({ policy, may: mayChange, drag, onEdit, onUp, onDown }: RowProps) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const choices = useMatchChoices();
  const name = policyName(policy.name, language);
  const path = { policy_id: policy.id };
  const write = useChange(
    (enabled: boolean) =>
      api.PUT("/api/v1/policies/{policy_id}", {
        params: { path },
        body: { ...formOf(draftOf(policy)), enabled },
      }),
    { keys: [POLICIES] },
  );
  const remove = useChange(() => api.DELETE("/api/v1/policies/{policy_id}", { params: { path } }), {
    keys: [POLICIES],
  });
  const button = (icon: React.ReactNode, word: string, act: (() => void) | undefined) => (
    <Button type="text" icon={icon} disabled={!act} aria-label={`${word} ${name}`} title={word} onClick={act} />
  );
  return (
    <li className={`${styles.row} ${drag.over ? styles.over : ""}`} {...(mayChange && drag.row)}>
      {mayChange && (
        <span className={styles.handle} aria-hidden {...drag.handle}>
          <HolderOutlined />
        </span>
      )}
      <div className={styles.words} style={{ opacity: policy.enabled ? 1 : 0.6 }}>
        <strong>{name}</strong>
        <div>{sayMatch(policy.match ?? {}, choices, t) || t("settings.policies.everything")}</div>
        <div>→ {sayEffect(policy, language, t)}</div>
      </div>
      {mayChange && (
        <div className={styles.tools}>
          <Switch
            size="small"
            aria-label={`${t("settings.policies.enabled")} ${name}`}
            checked={policy.enabled}
            loading={write.isPending}
            onChange={(enabled) => write.mutate(enabled)}
          />
          {button(<ArrowUpOutlined />, t("settings.policies.up"), onUp)}
          {button(<ArrowDownOutlined />, t("settings.policies.down"), onDown)}
          {button(<EditOutlined />, t("settings.edit"), onEdit)}
          <Popconfirm title={t("settings.policies.removeSure", { name })} onConfirm={() => remove.mutate(undefined)}>
            <Button
              type="text"
              danger
              icon={<DeleteOutlined />}
              aria-label={`${t("settings.remove")} ${name}`}
              title={t("settings.remove")}
            />
          </Popconfirm>
        </div>
      )}
    </li>
  );
}
