import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, data } from "../../api/client";
import type { Camera } from "../../parts/cameras/queries";
import { useComplaint } from "../../parts/trouble";

/** Make another camera like this one; its tasks come along, off, and one comes to the form of the copy. */
export function useCopy({ id, name }: Camera) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const complain = useComplaint();
  return useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/cameras/{camera_id}/copy", {
          params: { path: { camera_id: id } },
          body: { name: t("cameras.copyName", { name }).slice(0, 128) },
        }),
      ),
    onSuccess: (copy) => {
      void client.invalidateQueries({ queryKey: ["cameras"] });
      void navigate(`/cameras/${copy.id}/edit`);
    },
    onError: complain,
  });
}
