import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";
import { api } from "../../api/client";
import { type Task } from "../../parts/cameras/queries";
import { useComplaint } from "../../parts/complaint";

const OWN = ["camera", "task"];

/** Ask before an edit is lost: within the task one moves freely, to another camera, task or room not. */
export function useLeaving(dirty: boolean): void {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const blocker = useBlocker(({ currentLocation: from, nextLocation: to }) => {
    const [before, after] = [new URLSearchParams(from.search), new URLSearchParams(to.search)];
    return dirty && (from.pathname !== to.pathname || OWN.some((key) => before.get(key) !== after.get(key)));
  });
  useEffect(() => {
    if (blocker.state !== "blocked") return;
    const asked = modal.confirm({
      title: t("rules.leave"),
      okText: t("rules.leaveDo"),
      cancelText: t("rules.stay"),
      onOk: () => blocker.proceed(),
      onCancel: () => blocker.reset(),
    });
    return () => asked.destroy();
  }, [blocker, modal, t]);
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [dirty]);
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
