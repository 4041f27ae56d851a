/** Address of a WebSocket of this server. */
export function socketUrl(path: string): string {
  const { protocol, host } = window.location;
  return `${protocol === "https:" ? "wss:" : "ws:"}//${host}${path}`;
}

/** A WebSocket of JSON messages that comes back by itself, after 1, 2, 4 ... 15 s; call what it returns to end it. */
export function listen<T>(path: () => string, onMessage: (message: T) => void): () => void {
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait_ms = 1000;
  const open = () => {
    socket = new WebSocket(socketUrl(path()));
    socket.onmessage = ({ data }) => {
      wait_ms = 1000;
      for (const line of String(data).split("\n")) if (line) onMessage(JSON.parse(line) as T);
    };
    socket.onclose = ({ code }) => {
      if (code >= 4400 && code < 4500) return; // not allowed, or not there: asking again changes nothing
      timer = setTimeout(open, wait_ms);
      wait_ms = Math.min(wait_ms * 2, 15_000);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    if (socket) socket.onclose = null;
    socket?.close();
  };
}
