import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import styles from "./alarms.module.css";
import { usePeople } from "./FilterForm";
import { useHandling } from "./useHandling";

const ACTIONS = ["true", "false", "acknowledge", "close"] as const;

/** What can be done with all alarms that are ticked. */
export function BulkBar({ picked, onDone }: { picked: string[]; onDone: () => void }) {
  const { t } = useTranslation();
  const { many } = useHandling();
  const people = usePeople();
  const act = (action: (typeof ACTIONS)[number] | "assign", assignee_id?: string) =>
    many.mutate({ ids: picked, action, text: "", assignee_id }, { onSuccess: onDone });
  if (!picked.length) return <span className={styles.soft}>{t("alarms.select")}</span>;
  return (
    <>
      <span>{t("alarms.selected", { count: picked.length })}</span>
      {ACTIONS.map((action) => (
        <Button key={action} size="small" loading={many.isPending} onClick={() => act(action)}>
          {t(`alarms.act.${action}`)}
        </Button>
      ))}
      <Dropdown
        trigger={["click"]}
        menu={{
          items: people.map(({ id, name }) => ({ key: id, label: name })),
          onClick: ({ key }) => act("assign", key),
        }}
      >
        <Button size="small">{t("alarms.act.assign")}</Button>
      </Dropdown>
    </>
  );
}
