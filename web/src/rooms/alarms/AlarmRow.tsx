import { CheckOutlined, CloseOutlined, DownOutlined, UpOutlined, UserOutlined } from "@ant-design/icons";
import { Button, Checkbox, Tag, Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { usePreferences } from "../../app/preferences";
import { severityColour } from "../../app/theme";
import { nameOf } from "../../parts/feed/name";
import { MediaPicture } from "../../parts/MediaPicture";
import { momentOf } from "../../parts/moments";
import { lastedOf, quietOf, type Summary } from "./alarm";
import styles from "./alarms.module.css";

interface Props {
  alarm: Summary;
  chosen: boolean;
  /** Undefined: nothing is ticked here. */
  picked?: boolean;
  onPick?: (on: boolean) => void;
  /** Others that are part of it, if it is unfolded; `onUnfold` where there are some. */
  parts?: ReactNode;
  onUnfold?: () => void;
}

/** An alarm in a list. */
export function AlarmRow({ alarm, chosen, picked, onPick, parts, onUnfold }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const [params] = useSearchParams();
  const name = nameOf(alarm, language);
  return (
    <li id={`alarm-${alarm.id}`} className={`${styles.row} ${chosen ? styles.chosen : ""}`}>
      {picked !== undefined && (
        <Checkbox
          aria-label={`${t("alarms.select")} ${name}`}
          checked={picked}
          onChange={(event) => onPick?.(event.target.checked)}
        />
      )}
      <Link
        className={styles.link}
        to={{ pathname: `/alarms/${alarm.id}`, search: params.toString() }}
        aria-current={chosen || undefined}
      >
        <span className={styles.thumb}>
          <MediaPicture id={alarm.picture} />
          <span className={styles.bar} style={{ background: severityColour[alarm.severity] }} />
        </span>
        <span className={styles.lines}>
          <span className={styles.line}>
            <span className={alarm.handling === "new" ? styles.new : styles.read}>{name}</span>
            <State alarm={alarm} />
          </span>
          <span className={styles.line}>
            <span>
              {alarm.camera_name}
              {alarm.zone && <span className={styles.soft}> · {alarm.zone}</span>}
            </span>
            {alarm.count > 1 && <span className={styles.soft}>×{alarm.count}</span>}
          </span>
          <span className={`${styles.line} ${styles.soft}`}>
            <time dateTime={alarm.began_at}>{momentOf(alarm.began_at, language)}</time>
            <span>{lastedOf(alarm, language, t("alarms.lasts"))}</span>
            <span>{t(`severity.${alarm.severity}`)}</span>
          </span>
          {alarm.quiet_reason && <span className={styles.soft}>{quietOf(alarm.quiet_reason, t)}</span>}
        </span>
      </Link>
      {onUnfold && (
        <Button
          type="text"
          icon={parts ? <UpOutlined /> : <DownOutlined />}
          aria-label={`${t(parts ? "alarms.fold" : "alarms.unfold")} ${name}`}
          aria-expanded={Boolean(parts)}
          onClick={onUnfold}
        />
      )}
      {parts && <div className={styles.parts}>{parts}</div>}
    </li>
  );
}

function State({ alarm }: { alarm: Summary }) {
  const { t } = useTranslation();
  const verdict = alarm.verdict && {
    icon: alarm.verdict === "true" ? <CheckOutlined /> : <CloseOutlined />,
    word: t(`alarms.verdict.${alarm.verdict}`),
  };
  return (
    <>
      {alarm.assignee_id && (
        <Tooltip title={t("alarms.about.assignee")}>
          <UserOutlined aria-label={t("alarms.about.assignee")} />
        </Tooltip>
      )}
      {verdict && (
        <Tag variant="filled" icon={verdict.icon} style={{ margin: 0 }}>
          {verdict.word}
        </Tag>
      )}
      {(!verdict || alarm.handling === "closed") && alarm.handling !== "new" && (
        <Tag variant="filled" style={{ margin: 0 }}>
          {t(`alarms.handling.${alarm.handling}`)}
        </Tag>
      )}
    </>
  );
}
