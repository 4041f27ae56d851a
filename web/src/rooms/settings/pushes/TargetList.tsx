import { PlusOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { may, usePerson } from "../../../app/session";
import { Failed } from "../../../parts/Failed";
import { NextStep } from "../../../parts/NextStep";
import { Panel } from "../Panel";
import { type Health, useHealth } from "./data";
import { HealthWords, StateTag } from "./HealthWords";
import { iconOf, useKindWords } from "./kinds";
import styles from "./pushes.module.css";
import { TargetTools } from "./TargetTools";

/** All targets and how they are. */
export function TargetList() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const administrator = may(usePerson().role, "administrator");
  const targets = useHealth();
  const add = administrator && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => navigate("/settings/pushes/new")}>
      {t("settings.pushes.add")}
    </Button>
  );
  const empty = targets.data?.length === 0;
  return (
    <Panel title={t("settings.sections.pushes")} text={t("settings.pushes.text")} extra={!empty && add}>
      <Failed of={targets} />
      {targets.isPending && <Skeleton active />}
      {empty && (
        <NextStep text={t(administrator ? "settings.pushes.none" : "settings.pushes.noneOperator")}>{add}</NextStep>
      )}
      <ul className={styles.list}>
        {targets.data?.map((target) => (
          <Row key={target.id} target={target} />
        ))}
      </ul>
    </Panel>
  );
}

function Row({ target }: { target: Health }) {
  const words = useKindWords();
  const kind = words.name(target.kind);
  return (
    <li className={styles.row}>
      <span className={styles.icon} aria-hidden>
        {iconOf(target.kind)}
      </span>
      <div className={styles.words}>
        <Link to={`/settings/pushes/${target.id}`}>
          <strong>{target.name}</strong>
        </Link>{" "}
        {kind !== target.name && kind} <StateTag target={target} />
        <HealthWords target={target} />
      </div>
      <TargetTools target={target} />
    </li>
  );
}
