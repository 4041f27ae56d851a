const MOST_PX = 1280;

/** A picture file as the base64 of a JPEG that is not too large to send along. */
export async function jpegOf(file: File): Promise<string> {
  const picture = await createImageBitmap(file);
  const found = drawn(picture, picture.width, picture.height);
  picture.close();
  return found;
}

/** What a player shows now, likewise; undefined as long as it shows nothing. */
export function jpegOfVideo(video: HTMLVideoElement | null): string | undefined {
  if (!video?.videoWidth || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return undefined;
  return drawn(video, video.videoWidth, video.videoHeight);
}

function drawn(picture: CanvasImageSource, width: number, height: number): string {
  const scale = Math.min(1, MOST_PX / Math.max(width, height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.92).split(",")[1] ?? "";
}
