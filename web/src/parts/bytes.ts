const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes for people, to three digits: `1.23 GB`. */
export function bytesOf(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value >= 1000 || power === 0 ? Math.round(value) : Number(value.toPrecision(3))} ${UNITS[power]}`;
}

/** Bits per second for people. */
export const bitsOf = (bps: number): string => `${bytesOf(bps).replace("B", "b")}/s`;

export const GB = 1e9;
