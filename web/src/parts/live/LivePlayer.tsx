import { theme } from "antd";
import { type CSSProperties, type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import { severityColour } from "../../app/theme";
import { wordOf } from "../../words/naming";
import { draw, type Look, Looks } from "./boxes";
import styles from "./live.module.css";
import { Stills } from "./Stills";
import { listen } from "./socket";
import { type Playing, useFlv } from "./useFlv";
import { useLookedAt } from "./useLookedAt";

interface Props {
  cameraId: string;
  name: string;
  boxes: boolean;
  /** Whether it takes the shape of its picture: what is drawn over all of it is then drawn on the picture. */
  own?: boolean;
  onLook?: (look: Look) => void;
  children?: ReactNode;
}

/** The live picture of a camera. In a tab that nobody looks at for a while it rests. */
export function LivePlayer(props: Props) {
  return useLookedAt() ? <Player {...props} /> : <div className={styles.player} />;
}

/** The boxes are drawn here, on the frame that they belong to. */
function Player({ cameraId, name, boxes, own = false, onLook, children }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const playing = useFlv(video, `/api/v1/live/${cameraId}/flv`);
  useBoxes(video, canvas, cameraId, boxes, playing, onLook);
  const [aspect, setAspect] = useState(16 / 9);
  const still = playing.state === "unplayable";
  return (
    <div className={styles.player} style={own ? { aspectRatio: aspect } : undefined}>
      <div className={styles.frame} style={{ "--aspect": aspect } as CSSProperties}>
        <video
          ref={video}
          className={styles.picture}
          muted
          playsInline
          hidden={still}
          aria-label={name}
          onResize={({ currentTarget: { videoWidth, videoHeight } }) =>
            videoHeight && setAspect(videoWidth / videoHeight)
          }
        />
        {still && <Stills cameraId={cameraId} name={name} onAspect={setAspect} />}
        <canvas ref={canvas} className={styles.over} aria-hidden />
        {(still || playing.state === "playing") && children}
      </div>
      <State playing={playing} />
    </div>
  );
}

function State({ playing }: { playing: Playing }) {
  const { t } = useTranslation();
  if (playing.state === "playing" || playing.state === "unplayable") return null;
  return <output className={styles.state}>{said()}</output>;

  function said() {
    if (playing.state === "gone") return `${t("player.gone")} · ${t("player.again", { seconds: playing.again_s })}`;
    if (playing.state === "refused") return playing.code === 4429 ? t("player.tooMany") : t("player.notAllowed");
    return t("player.connecting");
  }
}

function useBoxes(
  video: React.RefObject<HTMLVideoElement | null>,
  canvas: React.RefObject<HTMLCanvasElement | null>,
  cameraId: string,
  shown: boolean,
  playing: Playing,
  onLook?: (look: Look) => void,
): void {
  const { token } = theme.useToken();
  const { language } = usePreferences();
  const base_ms = playing.state === "playing" ? playing.base_ms : undefined;
  const told = useRef(onLook);
  told.current = onLook;
  useEffect(() => {
    const [picture, over] = [video.current, canvas.current];
    if (!shown || base_ms === undefined || !picture || !over) return;
    const looks = new Looks();
    const stop = listen<Look>(
      () => `/api/v1/live/${cameraId}/boxes`,
      (look) => {
        looks.add(look);
        told.current?.(look);
      },
    );
    const colours = { object: token.colorPrimary, alarm: severityColour.critical };
    let handle = picture.requestVideoFrameCallback(function paint(_, { mediaTime }) {
      draw(over, looks.at(base_ms + mediaTime * 1000), colours, (name) => wordOf(name, language));
      handle = picture.requestVideoFrameCallback(paint);
    });
    return () => {
      stop();
      picture.cancelVideoFrameCallback(handle);
      draw(over, undefined, colours);
    };
  }, [video, canvas, cameraId, shown, base_ms, token.colorPrimary, language]);
}
