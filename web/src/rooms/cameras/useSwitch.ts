import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "../../api/client";
import { useComplaint } from "../../parts/trouble";

/** Switch a camera on or off; what goes wrong is told where everybody sees it. */
export function useSwitch(id: string) {
  const client = useQueryClient();
  const complain = useComplaint();
  return useMutation({
    mutationFn: (enabled: boolean) =>
      data(api.PUT("/api/v1/cameras/{camera_id}/enabled", { params: { path: { camera_id: id } }, body: { enabled } })),
    onSettled: () => Promise.all(["cameras", "tasks"].map((key) => client.invalidateQueries({ queryKey: [key] }))),
    onError: complain,
  });
}
