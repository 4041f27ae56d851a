import { type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../../app/preferences";
import { severityColour } from "../../../app/theme";
import { type Box, draw, type Look } from "../../../parts/live/boxes";
import { wordOf } from "../../../words/naming";
import styles from "../alarms.module.css";
import { pictureOf, type Shot, urlOf } from "./shots";
import { boxesAt, type Seen } from "./sightings";

interface Props {
  shot: Shot;
  seen: Seen[];
  boxes: boolean;
  video: RefObject<HTMLVideoElement | null>;
  /** Second of the clip at which the event of the shot happened. */
  moment: number | undefined;
  alt: string;
  onRatio: (ratio: number) => void;
}

const COLOURS = { object: severityColour.critical, alarm: severityColour.critical };

/** The clip; what the events saw is drawn over it, at the moments of these events. */
export function Clip({ shot, seen, boxes, video, moment, alt, onRatio }: Props) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [broken, setBroken] = useState(false);
  useBoxes(video, canvas, { shot, seen, boxes, moment });
  if (broken) return <div className={styles.hole}>{t("alarms.media.unplayable")}</div>;
  return (
    <>
      <video
        ref={video}
        src={shot.clip && urlOf(shot.clip)}
        poster={pictureOf(shot)}
        aria-label={alt}
        controls
        muted
        playsInline
        preload="metadata"
        onLoadedMetadata={({ currentTarget: shown }) => onRatio(shown.videoWidth / shown.videoHeight)}
        onError={() => setBroken(true)}
      />
      <canvas ref={canvas} className={styles.over} aria-hidden />
    </>
  );
}

function useBoxes(
  video: RefObject<HTMLVideoElement | null>,
  canvas: RefObject<HTMLCanvasElement | null>,
  { shot, seen, boxes, moment }: Pick<Props, "shot" | "seen" | "boxes" | "moment">,
): void {
  const { event_id } = shot;
  const { language } = usePreferences();
  const pictureUrl = pictureOf(shot);
  useEffect(() => {
    const [shown, over] = [video.current, canvas.current];
    const base = seen.find((one) => one.event_id === event_id);
    if (!boxes || !shown || !over || moment === undefined || !base) return;
    let size: [number, number] | undefined;
    let handle = 0;
    const paint = (_: number, { mediaTime }: { mediaTime: number }) => {
      const [width, height] = size ?? [shown.videoWidth, shown.videoHeight];
      const look = lookAt(seen, base.pts_s + mediaTime - moment, width, height);
      draw(over, look, COLOURS, (name) => wordOf(name, language));
      handle = shown.requestVideoFrameCallback(paint);
    };
    handle = shown.requestVideoFrameCallback(paint);
    // Boxes are in px of the frame that was analysed: the picture has its size, the clip may be of another stream.
    if (pictureUrl) void sizeOf(pictureUrl).then((found) => (size = found));
    return () => {
      shown.cancelVideoFrameCallback(handle);
      draw(over, undefined, COLOURS);
    };
  }, [video, canvas, seen, boxes, moment, event_id, pictureUrl, language]);
}

function lookAt(seen: Seen[], pts_s: number, width: number, height: number): Look {
  const objects = boxesAt(seen, pts_s).map(({ box: [left, top, right, bottom], ...one }) => ({
    ...one,
    box: [left / width, top / height, right / width, bottom / height] as Box,
  }));
  return { pts_ms: pts_s * 1000, objects, alarms: [] };
}

/** The size of a picture in px; undefined if it cannot be shown. */
async function sizeOf(url: string): Promise<[number, number] | undefined> {
  const picture = new Image();
  picture.src = url;
  try {
    await picture.decode();
  } catch {
    return undefined;
  }
  return [picture.naturalWidth, picture.naturalHeight];
}
