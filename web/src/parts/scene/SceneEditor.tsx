import type { KonvaEventObject } from "konva/lib/Node";
import { useEffect, useMemo, useRef, useState } from "react";
import { Circle, Group, Layer, Line, Stage, Text } from "react-konva";
import { addPoint, crosses, moveBy, movePoint, type Point, removePoint, type Shape } from "./shapes";

interface Props {
  /** The picture behind: a snapshot or a live player. */
  children: React.ReactNode;
  shapes: Shape[];
  selected: string | undefined;
  onSelect: (name: string | undefined) => void;
  onChange: (shape: Shape) => void;
  /** Called with what was drawn when a new shape is complete; undefined: nothing is being drawn. */
  drawing?: { kind: Shape["kind"]; onDone: (points: Point[]) => void } | undefined;
  colour: string;
  label: string;
}

const GRIP_PX = 7;
const [POINTER_PX, FINGER_PX] = [14, 32];

/**
 * Zones and lines on a picture: drag a corner or the whole, double-click adds a corner, right-click takes one out. A
 * finger taps twice on an edge, or on a corner.
 */
export function SceneEditor({ children, shapes, selected, onSelect, onChange, drawing, colour, label }: Props) {
  const [frame, size] = useSize();
  const [drawn, setDrawn] = useState<Point[]>([]);
  useEffect(() => {
    if (!drawing) setDrawn([]);
  }, [drawing]);
  const at = (event: KonvaEventObject<MouseEvent>): Point | undefined => {
    const place = event.target.getStage()?.getPointerPosition();
    return place && size ? [place.x / size.width, place.y / size.height] : undefined;
  };
  const click = (event: KonvaEventObject<MouseEvent>) => {
    const point = at(event);
    if (!drawing || !point) {
      if (event.target === event.target.getStage()) onSelect(undefined);
      return;
    }
    const [first] = drawn;
    const closes =
      first && size && Math.hypot((point[0] - first[0]) * size.width, (point[1] - first[1]) * size.height) < 12;
    if (drawing.kind === "zone" && closes && drawn.length >= 3) return drawing.onDone(drawn);
    const next = [...drawn, point];
    if (drawing.kind === "line" && next.length === 2) return drawing.onDone(next);
    setDrawn(next);
  };
  return (
    <div ref={frame} style={{ position: "relative", touchAction: drawing ? "none" : "auto" }}>
      {children}
      {size && (
        <Stage
          {...size}
          style={{ position: "absolute", inset: 0, cursor: drawing ? "crosshair" : "default" }}
          // A finger's tap is told as a click as well: only these come once.
          onPointerClick={click}
          role="application"
          aria-label={label}
        >
          <Layer>
            {shapes.map((shape) => (
              <Drawn
                key={`${shape.kind}:${shape.name}`}
                {...{ shape, size, colour, onChange }}
                chosen={shape.name === selected}
                locked={Boolean(drawing)}
                onSelect={() => onSelect(shape.name)}
                pointOf={at}
              />
            ))}
            {drawn.length > 0 && (
              <Line points={inPx(drawn, size)} stroke={colour} strokeWidth={2} dash={[6, 4]} listening={false} />
            )}
            {Object.entries(drawn).map(([corner, [x, y]]) => (
              <Circle
                key={corner}
                x={x * size.width}
                y={y * size.height}
                radius={GRIP_PX - 2}
                fill={colour}
                listening={false}
              />
            ))}
          </Layer>
        </Stage>
      )}
    </div>
  );
}

interface DrawnProps {
  shape: Shape;
  size: Size;
  colour: string;
  chosen: boolean;
  locked: boolean;
  onSelect: () => void;
  onChange: (shape: Shape) => void;
  pointOf: (event: KonvaEventObject<MouseEvent>) => Point | undefined;
}

function Drawn({ shape, size, colour, chosen, locked, onSelect, onChange, pointOf }: DrawnProps) {
  const stroke = crosses(shape) ? "#d4380d" : colour;
  const [first] = shape.points;
  const near = useNear();
  const add = (event: KonvaEventObject<MouseEvent>) => {
    const point = pointOf(event);
    if (chosen && point) onChange(addPoint(shape, point));
  };
  const remove = (event: KonvaEventObject<MouseEvent>, corner: string) => {
    event.evt.preventDefault();
    event.cancelBubble = true;
    onChange(removePoint(shape, Number(corner)));
  };
  return (
    <Group
      draggable={chosen && !locked}
      listening={!locked}
      onPointerClick={onSelect}
      onPointerDblClick={add}
      onDragEnd={(event) => {
        if (event.target !== event.currentTarget) return;
        onChange(moveBy(shape, event.target.x() / size.width, event.target.y() / size.height));
        event.target.position({ x: 0, y: 0 });
      }}
    >
      <Line
        points={inPx(shape.points, size)}
        closed={shape.kind === "zone"}
        stroke={stroke}
        strokeWidth={chosen ? 3 : 2}
        hitStrokeWidth={near}
        fill={shape.kind === "zone" ? `${stroke}${chosen ? "33" : "1a"}` : undefined}
      />
      {first && (
        <Text
          x={first[0] * size.width + 6}
          y={first[1] * size.height + 6}
          text={shape.name}
          fill={stroke}
          fontSize={13}
        />
      )}
      {chosen &&
        Object.entries(shape.points).map(([corner, [x, y]]) => (
          <Circle
            key={corner}
            x={x * size.width}
            y={y * size.height}
            radius={GRIP_PX}
            fill="#fff"
            stroke={stroke}
            strokeWidth={2}
            hitStrokeWidth={near}
            draggable={!locked}
            onDragMove={(event) => {
              event.cancelBubble = true;
              onChange(
                movePoint(shape, Number(corner), [event.target.x() / size.width, event.target.y() / size.height]),
              );
            }}
            onDragEnd={(event) => {
              event.cancelBubble = true;
            }}
            onContextMenu={(event) => remove(event, corner)}
            onPointerDblClick={(event) => remove(event, corner)}
          />
        ))}
    </Group>
  );
}

interface Size {
  width: number;
  height: number;
}

function inPx(points: Point[], { width, height }: Size): number[] {
  return points.flatMap(([x, y]) => [x * width, y * height]);
}

/** How near to an edge or corner is on it. */
function useNear(): number {
  return useMemo(() => (window.matchMedia("(pointer: coarse)").matches ? FINGER_PX : POINTER_PX), []);
}

function useSize() {
  const frame = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>();
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [frame, size] as const;
}
