import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { api, data, Refused } from "../../api/client";
import { usePreferences } from "../../app/preferences";
import { type Task } from "../../parts/cameras/queries";
import { troubleOf } from "../../parts/complaint";
import { sayEngine } from "../../words/engine";
import type { Draft } from "./draft";

interface Saving {
  cameraId: string;
  /** The task as it was; undefined: a new one. */
  task: Task | undefined;
  /** That the edit began with: what somebody else has saved since is not overwritten. */
  revision: number | undefined;
  onSaved: (task: Task) => void;
}

/** Keep a task; where its host is full, ask whether it is to start all the same. */
export function useSaving({ cameraId, task, revision, onSaved }: Saving) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const client = useQueryClient();
  const { language } = usePreferences();
  const save = useMutation({
    mutationFn: ({ draft, force, enabled }: { draft: Draft; force: boolean; enabled: boolean }) => {
      const body = { ...draft, camera_id: cameraId, enabled };
      return data(
        task
          ? api.PUT("/api/v1/tasks/{task_id}", {
              params: { path: { task_id: task.id }, query: { force, revision } },
              body,
            })
          : api.POST("/api/v1/tasks", { params: { query: { force } }, body }),
      );
    },
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: ["tasks"] });
      void client.invalidateQueries({ queryKey: ["cameras"] });
      void message.success(
        [t("rules.saved"), ...(saved.warnings ?? []).map((one) => sayEngine(one, language))].join(" "),
      );
      onSaved(saved);
    },
    onError: (error, { draft }) => {
      if (!(error instanceof Refused)) return;
      if (error.code === "task-changed") void client.invalidateQueries({ queryKey: ["tasks"] });
      if (error.code !== "host-full") return;
      modal.confirm({
        title: t("rules.full"),
        content: troubleOf(error, language, t("failed.away"))[0],
        okText: t("rules.startAnyway"),
        cancelText: t("rules.saveOff"),
        onOk: () => save.mutate({ draft, force: true, enabled: true }),
        onCancel: () => save.mutate({ draft, force: false, enabled: false }),
      });
    },
  });
  return save;
}
