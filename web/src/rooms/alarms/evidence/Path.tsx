import { theme } from "antd";
import { useState } from "react";
import { useNaming } from "../../../words/naming";
import styles from "../alarms.module.css";
import type { pathsOf } from "./sightings";

interface Props {
  picture: string;
  paths: ReturnType<typeof pathsOf>;
  alt: string;
  onRatio: (ratio: number) => void;
}

/** The way that objects took, on the picture of the scene. */
export function Path({ picture, paths, alt, onRatio }: Props) {
  const [size, setSize] = useState<[number, number]>();
  return (
    <>
      <img
        src={picture}
        alt={alt}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
          setSize([naturalWidth, naturalHeight]);
          onRatio(naturalWidth / naturalHeight);
        }}
      />
      {size && (
        <svg className={styles.over} viewBox={`0 0 ${size[0]} ${size[1]}`} aria-hidden>
          {paths.map((path) => (
            <Way key={path.track_id} path={path} unit={size[0] / 640} />
          ))}
        </svg>
      )}
    </>
  );
}

function Way({ path: { track_id, class_name, points }, unit }: { path: Props["paths"][number]; unit: number }) {
  const { token } = theme.useToken();
  const { name } = useNaming();
  const last = points.at(-1);
  return (
    <g stroke={token.colorPrimary} fill={token.colorPrimary}>
      <polyline points={points.join(" ")} fill="none" strokeWidth={2.5 * unit} strokeLinejoin="round" />
      {points.map(([x, y], place) => (
        <circle key={`${place}-${x}`} cx={x} cy={y} r={(place === points.length - 1 ? 5 : 3) * unit} />
      ))}
      {last && (
        <text
          x={last[0] + 8 * unit}
          y={last[1]}
          fontSize={12 * unit}
          fill="#fff"
          stroke="#000"
          strokeWidth={3 * unit}
          paintOrder="stroke"
        >
          {name(class_name)} {track_id}
        </text>
      )}
    </g>
  );
}
