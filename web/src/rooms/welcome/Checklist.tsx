import { CheckCircleFilled, CloseOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Flex, theme } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, data } from "../../api/client";
import { may, usePerson } from "../../app/session";
import { useCameras, useTasks } from "../../parts/cameras/queries";
import { useLastAlarms } from "../../parts/feed/useFeed";
import { keep, kept } from "./kept";

type Check = "account" | "camera" | "rule" | "alarm" | "push";

/** What is left of the first steps; it stays until all is done, or somebody hides it. */
export function Checklist() {
  const { t } = useTranslation();
  const { role } = usePerson();
  const checks = useChecks();
  const [hidden, setHidden] = useState(() => kept("checklist-hidden"));
  const done = checks?.filter(([, well]) => well).length ?? 0;
  if (!checks || hidden || done === checks.length || !may(role, "administrator")) return null;
  const hide = () => {
    keep("checklist-hidden");
    setHidden(true);
  };
  return (
    <Card size="small" style={{ marginBottom: 16 }}>
      <Flex gap={16} align="start">
        <Flex gap={16} align="center" wrap style={{ flex: 1 }}>
          <strong>{t("welcome.checklist")}</strong>
          {checks.map(([check, well]) => (
            <Item key={check} check={check} well={well} />
          ))}
          <span>{t("welcome.left", { done, all: checks.length })}</span>
        </Flex>
        <Button size="small" type="text" icon={<CloseOutlined />} aria-label={t("welcome.hide")} onClick={hide} />
      </Flex>
    </Card>
  );
}

const TO: Record<Check, string> = {
  account: "/settings",
  camera: "/cameras/new",
  rule: "/rules",
  alarm: "/alarms",
  push: "/settings/pushes",
};

function Item({ check, well }: { check: Check; well: boolean }) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const said = t(`welcome.checks.${check}`);
  if (!well) return <Link to={TO[check]}>{said}</Link>;
  return (
    <span>
      <CheckCircleFilled style={{ color: token.colorPrimary }} aria-hidden /> {said}
    </span>
  );
}

/** What is done; undefined while it is not known. Everybody has a password of their own from the set-up on. */
function useChecks(): [Check, boolean][] | undefined {
  const [cameras, tasks, alarms] = [useCameras(), useTasks(), useLastAlarms()];
  const pushed = usePushed();
  if (!cameras.data || !tasks.data || !alarms.data) return undefined;
  return [
    ["account", true],
    ["camera", cameras.data.length > 0],
    ["rule", tasks.data.length > 0],
    ["alarm", alarms.data.some(({ template }) => template !== "camera")],
    ["push", pushed],
  ];
}

/** Whether a test went well in this browser, or any push has ever reached somebody. */
function usePushed(): boolean {
  const tested = kept("push-tested");
  const { data: targets } = useQuery({
    queryKey: ["pushes", "health"],
    queryFn: () => data(api.GET("/api/v1/pushes/health")),
    enabled: !tested && may(usePerson().role, "operator"),
  });
  return tested || (targets ?? []).some(({ last_ok_at }) => last_ok_at !== null);
}
