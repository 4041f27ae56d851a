import { Card, Flex, Segmented, Skeleton, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { useDetail, useSaid } from "../../parts/cameras/Condition";
import { useHistory } from "../../parts/cameras/queries";
import { Failed } from "../../parts/Failed";
import { useWhen } from "../../parts/moments";
import { useUrl } from "../../parts/useUrl";
import { useWord } from "../../words/known";
import styles from "./cameras.module.css";
import { Quality } from "./Quality";

const HOURS = [24, 168, 720] as const;
const SPANS = { 24: "cameras.day", 168: "cameras.week", 720: "cameras.month" } as const;

/** How a camera was: a strip of its conditions, and the shares of the time. */
export function Health({ cameraId }: { cameraId: string }) {
  const { t } = useTranslation();
  const [said, say] = useUrl();
  const hours = HOURS.find((one) => String(one) === said.get("hours")) ?? 24;
  const history = useHistory(cameraId, hours);
  const choice = (
    <Segmented
      size="small"
      aria-label={t("cameras.health")}
      options={HOURS.map((value) => ({ value, label: t(SPANS[value]) }))}
      value={hours}
      onChange={(next) => say({ hours: next === 24 ? undefined : String(next) })}
    />
  );
  return (
    <Card size="small" title={t("cameras.health")} extra={choice}>
      {history.isPending && <Skeleton active paragraph={{ rows: 1 }} />}
      {history.isError && !history.data && <Failed of={history} />}
      {history.data && <Strip history={history.data} />}
      {history.data && <Shares history={history.data} quality={<Quality cameraId={cameraId} hours={hours} />} />}
    </Card>
  );
}

function Strip({ history }: { history: Schemas["CameraHistory"] }) {
  const { t } = useTranslation();
  const when = useWhen();
  const [since, until] = [Date.parse(history.since), Date.parse(history.until)];
  const share = (from: number, to: number) => ((to - from) / (until - since)) * 100;
  return (
    <>
      <div className={styles.strip} role="img" aria-label={t("cameras.health")}>
        {history.spans.map((span) => {
          const [from, to] = [Date.parse(span.began_at), Date.parse(span.ended_at)];
          const place = { left: `${share(since, from)}%`, width: `max(1px, ${share(from, to)}%)` };
          return <Span key={span.began_at} span={span} style={place} />;
        })}
      </div>
      <Flex justify="space-between" className={styles.small}>
        <span>{when(history.since)}</span>
        <span>{t("cameras.now")}</span>
      </Flex>
    </>
  );
}

function Span({ span, style }: { span: Schemas["ConditionSpan"]; style: React.CSSProperties }) {
  const when = useWhen();
  const said = useSaid(span.condition, span.reason);
  const detail = useDetail()(span.reason, span.detail);
  return (
    <Tooltip title={`${said} · ${when(span.began_at)} – ${when(span.ended_at)}${detail ? ` · ${detail}` : ""}`}>
      <div className={styles.span} data-condition={span.condition} style={style} />
    </Tooltip>
  );
}

function Shares({ history, quality }: { history: Schemas["CameraHistory"]; quality: React.ReactNode }) {
  const { t } = useTranslation();
  const word = useWord();
  const shares = Object.entries(history.shares).sort(([, one], [, other]) => other - one);
  return (
    <Flex gap={16} wrap align="center" style={{ marginTop: 8 }}>
      {quality}
      {shares.map(([condition, share]) => (
        <Flex key={condition} gap={6} align="center">
          <i className={styles.dot} data-condition={condition} />
          {word("cameras.condition", condition)} {(share * 100).toFixed(share > 0.9995 ? 0 : 1)} %
        </Flex>
      ))}
      <span>{t("cameras.breaks", { count: history.breaks })}</span>
    </Flex>
  );
}
