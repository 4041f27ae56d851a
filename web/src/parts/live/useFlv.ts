import type Mpegts from "mpegts.js";
import { type RefObject, useEffect, useState } from "react";
import type { Schemas } from "../../api/client";
import { closingOf, tellingLoader } from "./closing";
import { socketUrl } from "./socket";

export type Playing =
  | { state: "connecting" }
  | { state: "playing"; base_ms: number | undefined }
  | { state: "gone"; again_s: number }
  | { state: "refused"; code: number }
  | { state: "unplayable" };

const AGAIN_S = [1, 2, 3, 5];

/**
 * Play a live stream in a video element; comes back by itself. What this browser cannot play is asked for once more,
 * encoded again by the engine. `base_ms` is the stream's clock at media time zero.
 */
export function useFlv(video: RefObject<HTMLVideoElement | null>, path: string): Playing {
  const [playing, setPlaying] = useState<Playing>({ state: "connecting" });
  useEffect(() => {
    let ended = false;
    let tries = 0;
    let encoded_again = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let player: Mpegts.Player | undefined;
    const close = () => {
      player?.destroy();
      player = undefined;
    };
    const again = (at_once = false) => {
      close();
      const again_s = at_once && tries === 0 ? 0 : (AGAIN_S[Math.min(tries, AGAIN_S.length - 1)] ?? 5);
      tries += 1;
      setPlaying(again_s ? { state: "gone", again_s } : { state: "connecting" });
      timer = setTimeout(open, again_s * 1000);
    };
    const end = (state: Playing) => {
      close();
      setPlaying(state);
    };
    const unplayable = () => {
      if (encoded_again) return end({ state: "unplayable" });
      encoded_again = true;
      close();
      void open();
    };
    const closed = (code: number) => {
      const closing = closingOf(code);
      if (closing.act === "otherwise") unplayable();
      else if (closing.act === "refused") end({ state: "refused", code });
      else again(closing.at_once);
    };
    const open = async () => {
      const loaded = await import("mpegts.js").catch(() => undefined); // as far away as the server
      const element = video.current;
      if (ended || !element) return;
      if (!loaded) return again();
      const mpegts = loaded.default;
      mpegts.LoggingControl.enableAll = false;
      setPlaying({ state: "connecting" });
      const customLoader = tellingLoader(mpegts, closed);
      const source = {
        type: "flv",
        isLive: true,
        hasAudio: false,
        url: socketUrl(encoded_again ? `${path}?codec=h264` : path),
      };
      player = mpegts.createPlayer(source, { ...LIVE, customLoader });
      player.on(mpegts.Events.SCRIPTDATA_ARRIVED, (script: Partial<Schemas["LiveScript"]>) => {
        setPlaying({ state: "playing", base_ms: script.onCamloom?.base_ms });
      });
      player.on(mpegts.Events.MEDIA_INFO, () => {
        tries = 0;
        setPlaying((now) => (now.state === "playing" ? now : { state: "playing", base_ms: undefined }));
      });
      player.on(mpegts.Events.ERROR, (_kind: string, detail: string) => {
        if (UNPLAYABLE.includes(detail)) unplayable();
        else again();
      });
      player.attachMediaElement(element);
      player.load();
      void Promise.resolve(player.play()).catch(() => undefined); // a browser may want a touch first
    };
    void open();
    return () => {
      ended = true;
      clearTimeout(timer);
      close();
    };
  }, [video, path]);
  return playing;
}

/** Names of mpegts.js for a codec, or a stream, that this browser does not show. */
const UNPLAYABLE = ["CodecUnsupported", "FormatUnsupported"];

const LIVE: Mpegts.Config = {
  enableStashBuffer: false,
  liveSync: true,
  liveSyncTargetLatency: 0.4,
  liveSyncMaxLatency: 1.2,
  autoCleanupSourceBuffer: true,
};
