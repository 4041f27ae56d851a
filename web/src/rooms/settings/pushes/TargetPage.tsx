import { ReloadOutlined } from "@ant-design/icons";
import { Button, Flex, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { Failed } from "../../../parts/Failed";
import { NextStep } from "../../../parts/NextStep";
import { Panel } from "../Panel";
import { Back } from "./Back";
import { DeliveryLog } from "./DeliveryLog";
import { useHealth } from "./data";
import { HealthWords, StateTag } from "./HealthWords";
import { useKindWords } from "./kinds";
import { ReplayModal } from "./ReplayModal";
import { TargetTools } from "./TargetTools";

/** A target: how it is, and what it was told. */
export function TargetPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const navigate = useNavigate();
  const words = useKindWords();
  const [replaying, replay] = useState(false);
  const targets = useHealth();
  const target = targets.data?.find((one) => one.id === id);
  if (!target) {
    return (
      <>
        <Back />
        <Failed of={targets} />
        {targets.isPending ? <Skeleton active /> : !targets.error && <NextStep text={t("settings.pushes.gone")} />}
      </>
    );
  }
  return (
    <>
      <Back />
      <Panel
        title={target.name}
        extra={<TargetTools target={target} onGone={() => navigate("/settings/pushes", { replace: true })} />}
      >
        <Flex gap={8} align="center">
          {words.name(target.kind)} <StateTag target={target} />
        </Flex>
        <HealthWords target={target} />
      </Panel>
      <Panel
        title={t("settings.pushes.log")}
        extra={
          <Button icon={<ReloadOutlined />} onClick={() => replay(true)}>
            {t("settings.pushes.replay")}…
          </Button>
        }
      >
        <DeliveryLog id={id} />
      </Panel>
      {replaying && <ReplayModal id={id} onClose={() => replay(false)} />}
    </>
  );
}
