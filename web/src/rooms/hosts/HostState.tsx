import { Badge } from "antd";
import { useTranslation } from "react-i18next";
import { type Host } from "../../parts/hosts";

const TONES = { online: "success", away: "error", "never-seen": "default" } as const;

/** How a host is, in a word. */
export function HostState({ state }: { state: Host["state"] }) {
  const { t } = useTranslation();
  return <Badge status={TONES[state]} text={t(`hosts.state.${state}`)} />;
}
