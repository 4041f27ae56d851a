import type Mpegts from "mpegts.js";

/** What a player does when its socket was closed with a code. */
export type Closing = { act: "again"; at_once: boolean } | { act: "otherwise" } | { act: "refused"; code: number };

/** Tell what a close code of the live view asks for: see docs/live.md. */
export function closingOf(code: number): Closing {
  if (code === 4509) return { act: "again", at_once: true };
  if (code === 4415) return { act: "otherwise" };
  if (code >= 4400 && code < 4500) return { act: "refused", code };
  return { act: "again", at_once: false };
}

/** The player's own WebSocket loader keeps the close code to itself; this one tells it. */
export function tellingLoader(mpegts: typeof Mpegts, onClose: (code: number) => void): Mpegts.CustomLoaderConstructor {
  return class extends mpegts.BaseLoader {
    private socket: WebSocket | undefined;
    private received_bytes = 0;

    constructor() {
      super("telling-loader");
      this._needStash = true;
    }

    override open({ url }: Mpegts.MediaSegment): void {
      this._status = mpegts.LoaderStatus.kConnecting;
      const socket = new WebSocket(String(url));
      this.socket = socket;
      socket.binaryType = "arraybuffer";
      socket.onopen = () => {
        this._status = mpegts.LoaderStatus.kBuffering;
      };
      socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
        const start = this.received_bytes;
        this.received_bytes += data.byteLength;
        this.onDataArrival?.(data, start, this.received_bytes);
      };
      socket.onclose = ({ code }) => {
        this._status = mpegts.LoaderStatus.kComplete;
        onClose(code);
      };
    }

    override abort(): void {
      if (this.socket) this.socket.onclose = null;
      this.socket?.close();
      this.socket = undefined;
      this._status = mpegts.LoaderStatus.kComplete;
    }

    override destroy(): void {
      this.abort();
      super.destroy();
    }
  };
}
