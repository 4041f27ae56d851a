import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Flex, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, data } from "../../../api/client";
import { useComplaint } from "../../../parts/complaint";
import { Failed } from "../../../parts/Failed";
import { TrialView } from "./TrialView";
import { isChosen, SAMPLE, TryChoice } from "./TryChoice";

interface Props {
  hostId: string;
  name: string;
  onClose: () => void;
}

/** A model of a host on a picture: what it finds, and how fast it is there. */
export function TryModal({ hostId, name, onClose }: Props) {
  const { t } = useTranslation();
  const complain = useComplaint();
  const client = useQueryClient();
  const [choice, choose] = useState(SAMPLE);
  const attempt = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/hosts/{host_id}/models/{name}/try", {
          params: { path: { host_id: hostId, name } },
          body: choice.on,
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["models", hostId] }),
  });
  return (
    <Modal
      open
      width={720}
      title={t("models.tryTitle", { name })}
      onCancel={onClose}
      onOk={() => attempt.mutate()}
      okText={t("models.try")}
      okButtonProps={{ loading: attempt.isPending, disabled: !isChosen(choice) }}
    >
      <Flex vertical gap={12}>
        <TryChoice hostId={hostId} value={choice} onChange={choose} onBad={complain} />
        <Failed of={{ error: attempt.error }} />
        {attempt.data && <TrialView trial={attempt.data} />}
      </Flex>
    </Modal>
  );
}
