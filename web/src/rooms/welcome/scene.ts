import { useQuery } from "@tanstack/react-query";
import { api, data } from "../../api/client";
import type { Camera } from "../../parts/cameras/queries";

const pictures = new Map<string, string>();
const MOST = 8;

/** Keep the picture of a probe, so that the camera need not be asked again for one to draw on. */
export function rememberPicture(cameraId: string, picture: string): void {
  if (pictures.size >= MOST) pictures.clear();
  if (picture) pictures.set(cameraId, picture);
}

/** A picture of a camera to draw on: that of the probe, one of now, or of a probe that is made for it. */
export function useScene({ id, url, options }: Camera) {
  return useQuery({
    queryKey: ["scene", id],
    queryFn: async () => pictures.get(id) ?? (await ofNow(id)) ?? (await ofProbe()),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

  async function ofProbe() {
    const body = { camera_id: id, url, options, look: "picture" } as const;
    const { picture } = await data(api.POST("/api/v1/cameras/probe", { body }));
    return picture && `data:image/jpeg;base64,${picture}`;
  }
}

async function ofNow(id: string): Promise<string | undefined> {
  try {
    const path = { camera_id: id };
    const { data: blob } = await api.GET("/api/v1/cameras/{camera_id}/snapshot", {
      params: { path },
      parseAs: "blob",
    });
    return blob && URL.createObjectURL(blob as Blob);
  } catch {
    return undefined; // none of its tasks runs
  }
}
