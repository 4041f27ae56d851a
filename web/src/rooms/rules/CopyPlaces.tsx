import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Checkbox, Flex, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, data } from "../../api/client";
import { groupPaths } from "../../parts/cameras/camera";
import { useCameras, useGroups } from "../../parts/cameras/queries";
import { Failed } from "../../parts/Failed";

const MOST = 200; // at a time

/** Copy the zones and lines of a task, or all of it, to other cameras. */
export function CopyPlaces({ taskId, cameraId, onClose }: { taskId: string; cameraId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const offered = useOffered(cameraId);
  const [asked, ask] = useState("");
  const found = offered.filter(({ label }) => label.toLowerCase().includes(asked.trim().toLowerCase()));
  const [camera_ids, choose] = useState<string[]>([]);
  const chooseFound = () => choose([...new Set([...camera_ids, ...found.map(({ value }) => value)])].slice(0, MOST));
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
          showSearch={{ optionFilterProp: "label", searchValue: asked, onSearch: ask, autoClearSearchValue: false }}
          onOpenChange={(open) => !open && ask("")}
          maxCount={MOST}
          maxTagCount={8}
          value={camera_ids}
          onChange={choose}
          options={offered}
          popupRender={(menu) => (
            <>
              {found.length > 1 && (
                <Button type="link" onMouseDown={(event) => event.preventDefault()} onClick={chooseFound}>
                  {t("rules.copyFound", { count: found.length })}
                </Button>
              )}
              {menu}
            </>
          )}
        />
        <Checkbox checked={alarms} onChange={({ target }) => whole(target.checked)}>
          {t("rules.copyAlarms")}
        </Checkbox>
        <Failed of={{ error: copy.error }} />
      </Flex>
    </Modal>
  );
}

/** The other cameras, each with its group: whoever writes the name of a group finds all in it. */
function useOffered(cameraId: string): { value: string; label: string }[] {
  const { data: cameras = [] } = useCameras();
  const groups = groupPaths(useGroups().data ?? []);
  return cameras
    .filter(({ id }) => id !== cameraId)
    .map(({ id, name, group_id }) => ({
      value: id,
      label: [name, groups.get(group_id ?? "")].filter(Boolean).join(" · "),
    }));
}
