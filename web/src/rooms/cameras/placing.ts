/** Where a camera hangs on a map, as shares of its picture. */
export interface Spot {
  x: number;
  y: number;
}

const clamp = (share: number) => Math.min(1, Math.max(0, Math.round(share * 10_000) / 10_000));

/** The spot on a map that a pointer is over; beside it, the nearest one. */
export function spotAt(pointer: { clientX: number; clientY: number }, frame: DOMRect): Spot {
  return {
    x: clamp((pointer.clientX - frame.left) / frame.width),
    y: clamp((pointer.clientY - frame.top) / frame.height),
  };
}

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Where an arrow key moves a camera; undefined: it is another key. */
export function moved({ x, y }: Spot, key: string, step = 0.01): Spot | undefined {
  const way = STEPS[key];
  return way && { x: clamp(x + way[0] * step), y: clamp(y + way[1] * step) };
}
