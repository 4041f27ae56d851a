import {
  DeleteOutlined,
  EditOutlined,
  PauseCircleOutlined,
  PlayCircleOutlined,
  ThunderboltOutlined,
} from "@ant-design/icons";
import { Button, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api } from "../../../api/client";
import { may, usePerson } from "../../../app/session";
import { useChange } from "../useChange";
import { enable, type Health, PUSHES } from "./data";
import { stateOf } from "./health";
import styles from "./pushes.module.css";

/** What can be done with a target as a whole. */
export function TargetTools({ target, onGone }: { target: Health; onGone?: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const administrator = may(usePerson().role, "administrator");
  const path = { push_id: target.id };
  const retry = useChange(() => api.POST("/api/v1/pushes/{push_id}/retry", { params: { path } }), {
    keys: [PUSHES],
    said: t("settings.pushes.retried"),
  });
  const remove = useChange(() => api.DELETE("/api/v1/pushes/{push_id}", { params: { path } }), {
    keys: [PUSHES],
    onSuccess: onGone,
  });
  return (
    <div className={styles.tools}>
      {stateOf(target) === "failing" && target.waiting > 0 && (
        <Button
          size="small"
          icon={<ThunderboltOutlined />}
          loading={retry.isPending}
          onClick={() => retry.mutate(undefined)}
        >
          {t("settings.pushes.retry")}
        </Button>
      )}
      {administrator && (
        <>
          <PauseButton target={target} />
          <Button
            type="text"
            icon={<EditOutlined />}
            aria-label={`${t("settings.edit")} ${target.name}`}
            title={t("settings.edit")}
            onClick={() => navigate(`/settings/pushes/${target.id}/edit`)}
          />
          <Popconfirm
            title={t("settings.pushes.removeSure", { name: target.name })}
            description={t("settings.pushes.removeText", { waiting: target.waiting })}
            onConfirm={() => remove.mutate(undefined)}
          >
            <Button
              type="text"
              danger
              icon={<DeleteOutlined />}
              aria-label={`${t("settings.remove")} ${target.name}`}
              title={t("settings.remove")}
            />
          </Popconfirm>
        </>
      )}
    </div>
  );
}

function PauseButton({ target: { id, name, enabled } }: { target: Health }) {
  const { t } = useTranslation();
  const turn = useChange((on: boolean) => enable(id, on), { keys: [PUSHES] });
  const word = t(enabled ? "settings.pushes.pause" : "settings.pushes.resume");
  const button = (onClick?: () => void) => (
    <Button
      type="text"
      icon={enabled ? <PauseCircleOutlined /> : <PlayCircleOutlined />}
      aria-label={`${word} ${name}`}
      title={word}
      loading={turn.isPending}
      onClick={onClick}
    />
  );
  if (!enabled) return button(() => turn.mutate(true));
  return (
    <Popconfirm title={t("settings.pushes.pauseSure", { name })} onConfirm={() => turn.mutate(false)}>
      {button()}
    </Popconfirm>
  );
}
