import { Flex, Input, Select, Skeleton, Switch, theme } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Trouble } from "../../parts/Trouble";
import { useUrl } from "../../parts/useUrl";
import { useLog } from "./data";
import { linesWith } from "./figures";
import styles from "./hosts.module.css";

const AMOUNTS = [200, 500, 2000];

/** The last lines of a host's log; followed, the newest stays in sight until somebody scrolls up. */
export function Log({ hostId }: { hostId: string }) {
  const { t } = useTranslation();
  const [url, go] = useUrl();
  const [follow, setFollow] = useState(true);
  const [amount, setAmount] = useState(200);
  const log = useLog(hostId, amount, follow);
  const text = url.get("text") ?? "";
  return (
    <>
      <Flex gap={12} align="center" wrap style={{ marginBottom: 8 }}>
        <Input.Search
          allowClear
          style={{ maxWidth: 280 }}
          aria-label={t("hosts.filterLog")}
          placeholder={t("hosts.filterLog")}
          value={text}
          onChange={({ target }) => go({ text: target.value || undefined })}
        />
        <Select
          aria-label={t("hosts.amount")}
          value={amount}
          onChange={setAmount}
          options={AMOUNTS.map((value) => ({ value, label: t("hosts.lines", { count: value }) }))}
        />
        <Flex gap={8} align="center">
          <Switch id="follow" checked={follow} onChange={setFollow} />
          <label htmlFor="follow">{t("hosts.follow")}</label>
        </Flex>
      </Flex>
      {log.error && <Trouble error={log.error} retry={() => void log.refetch()} />}
      {log.isPending && <Skeleton active />}
      {log.data && <Lines lines={linesWith(log.data, text)} />}
    </>
  );
}

const NEAR_PX = 40;

function Lines({ lines }: { lines: string[] }) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const place = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (lines.length && atEnd.current) place.current?.scrollTo({ top: place.current.scrollHeight });
  }, [lines]);
  return (
    <pre
      ref={place}
      role="log"
      aria-live="off"
      aria-label={t("hosts.log")}
      // A pane that scrolls must be reached by the keyboard.
      tabIndex={0}
      className={styles.log}
      style={{ background: token.colorFillQuaternary }}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
      }}
    >
      {lines.length ? lines.join("\n") : t("hosts.noLines")}
    </pre>
  );
}
