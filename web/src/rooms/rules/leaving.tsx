import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import type { Location } from "react-router";
import { api } from "../../api/client";
import { type Task } from "../../parts/cameras/queries";
import { useComplaint } from "../../parts/complaint";

const OWN = ["camera", "task"];

/** Whether a way stays within a task: to another camera, task or room it does not. */
export function withinTask(from: Location, to: Location): boolean {
  const [before, after] = [new URLSearchParams(from.search), new URLSearchParams(to.search)];
  return from.pathname === to.pathname && OWN.every((key) => before.get(key) === after.get(key));
}

/** Remove a task, once somebody has said yes. */
export function useRemoving(task: Task | undefined, onGone: () => void): () => void {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: (task_id: string) => api.DELETE("/api/v1/tasks/{task_id}", { params: { path: { task_id } } }),
    onSuccess: async () => {
      onGone();
      await client.invalidateQueries({ queryKey: ["tasks"] });
    },
    onError: useComplaint(),
  });
  return () => {
    if (!task) return;
    modal.confirm({
      title: t("rules.removeTaskAsk", { name: task.name }),
      content: t("rules.alarmsStay"),
      okText: t("rules.remove"),
      okButtonProps: { danger: true },
      onOk: () => remove.mutateAsync(task.id),
    });
  };
}
