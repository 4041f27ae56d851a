/** The colour of a condition of a camera or task. */
const TONES: Record<string, "success" | "processing" | "warning" | "error"> = {
  online: "success",
  connecting: "processing",
  degraded: "warning",
  offline: "error",
  failed: "error",
  disabled: "error",
};

export const toneOf = (condition: string) => TONES[condition] ?? "default";
