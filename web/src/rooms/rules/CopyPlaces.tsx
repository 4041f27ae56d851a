import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Checkbox, Flex, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, data } from "../../api/client";
import { useCameras } from "../../parts/cameras/queries";
import { Trouble } from "../../parts/Trouble";

/** Copy the zones and lines of a task, or all of it, to other cameras. */
export function CopyPlaces({ taskId, cameraId, onClose }: { taskId: string; cameraId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const { data: cameras = [] } = useCameras();
  const [camera_ids, choose] = useState<string[]>([]);
  const [alarms, whole] = useState(false);
  const copy = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/tasks/{task_id}/copy", {
          params: { path: { task_id: taskId } },
          body: { camera_ids, alarms },
        }),
      ),
    onSuccess: ({ task_ids }) => {
      void client.invalidateQueries({ queryKey: ["tasks"] });
      void message.success(t("rules.copied", { count: task_ids.length }));
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t("rules.copy")}
      okText={t("rules.copyDo")}
      okButtonProps={{ disabled: !camera_ids.length, loading: copy.isPending }}
      onOk={() => copy.mutate()}
      onCancel={onClose}
    >
      <Flex vertical gap={12}>
        <Select
          mode="multiple"
          aria-label={t("rules.copyTo")}
          placeholder={t("rules.copyTo")}
          optionFilterProp="label"
          value={camera_ids}
          onChange={choose}
          options={cameras.filter(({ id }) => id !== cameraId).map(({ id, name }) => ({ value: id, label: name }))}
        />
        <Checkbox checked={alarms} onChange={({ target }) => whole(target.checked)}>
          {t("rules.copyAlarms")}
        </Checkbox>
        {copy.error && <Trouble error={copy.error} />}
      </Flex>
    </Modal>
  );
}
