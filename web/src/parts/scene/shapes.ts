/** A point as shares of the picture, 0 to 1. */
export type Point = [number, number];

/** What a person draws: a zone has three corners or more, a line two ends. */
export interface Shape {
  kind: "zone" | "line";
  name: string;
  points: Point[];
}

const clamp = (value: number) => Math.min(1, Math.max(0, value));
const rounded = (value: number) => Math.round(clamp(value) * 10_000) / 10_000;

export const least = (shape: Shape): number => (shape.kind === "zone" ? 3 : 2);

/** Move one corner, never out of the picture. */
export function movePoint(shape: Shape, index: number, [x, y]: Point): Shape {
  return { ...shape, points: shape.points.map((point, at) => (at === index ? [rounded(x), rounded(y)] : point)) };
}

/** Move the whole shape; at the border of the picture it stops as a whole and keeps its form. */
export function moveBy(shape: Shape, dx: number, dy: number): Shape {
  const within = (delta: number, axis: 0 | 1) => {
    const values = shape.points.map((point) => point[axis]);
    return Math.min(Math.max(delta, -Math.min(...values)), 1 - Math.max(...values));
  };
  const [right, down] = [within(dx, 0), within(dy, 1)];
  return { ...shape, points: shape.points.map(([x, y]) => [rounded(x + right), rounded(y + down)]) };
}

/** Add a corner on the side that is nearest; a line has two ends and gets none. */
export function addPoint(shape: Shape, point: Point): Shape {
  if (shape.kind === "line") return shape;
  const sides = shape.points.map((from, at) =>
    distance(point, from, shape.points[(at + 1) % shape.points.length] ?? from),
  );
  const after = sides.indexOf(Math.min(...sides)) + 1;
  return { ...shape, points: shape.points.toSpliced(after, 0, [rounded(point[0]), rounded(point[1])]) };
}

/** Take a corner out, as long as enough are left. */
export function removePoint(shape: Shape, index: number): Shape {
  return shape.points.length > least(shape) ? { ...shape, points: shape.points.toSpliced(index, 1) } : shape;
}

/** Tell whether two sides cross: such a zone means nothing. */
export function crosses(shape: Shape): boolean {
  if (shape.kind === "line") return false;
  const sides = shape.points.map((from, at) => [from, shape.points[(at + 1) % shape.points.length] ?? from] as const);
  return sides.some(([a, b], one) =>
    sides.some(([c, d], other) => {
      const apart = Math.abs(one - other);
      return apart > 1 && apart < sides.length - 1 && meets(a, b, c, d);
    }),
  );
}

function meets(a: Point, b: Point, c: Point, d: Point): boolean {
  return turn(a, b, c) !== turn(a, b, d) && turn(c, d, a) !== turn(c, d, b);
}

function turn(a: Point, b: Point, c: Point): boolean {
  return (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0]);
}

function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const share = length ? clamp(((x - ax) * dx + (y - ay) * dy) / length) : 0;
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
