import styles from "./live.module.css";
import type { Place } from "./places";

/** Zones and lines over a picture. */
export function Places({ places, colour }: { places: Place[]; colour: string }) {
  return (
    <>
      <svg className={styles.over} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden>
        {places.map((place) => (
          <Outline key={`${place.kind} ${place.name}`} place={place} colour={colour} />
        ))}
      </svg>
      {places.map(({ kind, name, points: [first] }) => {
        if (!first) return null;
        const at = { left: `${first[0] * 100}%`, top: `${first[1] * 100}%` };
        return (
          <span key={`${kind} ${name}`} className={styles.placeName} style={at} aria-hidden>
            {name}
          </span>
        );
      })}
    </>
  );
}

function Outline({ place: { kind, points }, colour }: { place: Place; colour: string }) {
  const corners = points.map((point) => point.join(",")).join(" ");
  const drawn = { points: corners, stroke: colour, strokeWidth: 2, vectorEffect: "non-scaling-stroke" } as const;
  return kind === "zone" ? (
    <polygon {...drawn} fill={colour} fillOpacity={0.12} />
  ) : (
    <polyline {...drawn} fill="none" />
  );
}
