import { basename } from "node:path";
import type { Language } from "../../src/app/preferences";

/** What the tests are told by whoever started the server for them. */
export interface Site {
  /** The link that makes the first account; without its path the address of the console. */
  link: string;
  origin: string;
  /** A recording in which people walk. */
  recording: string;
  chromium: string;
  language: Language;
  width: 1440 | 390;
  /** Whether all rooms are looked at by axe-core, or the hardest alone. */
  everyRoom: boolean;
  /** Where pictures of the steps go. */
  shots: string;
  /** How long somebody takes for each thing to read, find and click; 0: no time at all. */
  paceMs: number;
}

/** Read it from the environment. */
export function theSite(): Site {
  const link = said("LINK");
  const language = said("LANGUAGE") === "zh" ? "zh" : "en";
  const width = said("WIDTH") === "390" ? 390 : 1440;
  const shots = said("SHOTS");
  return {
    ...{ link, language, width, shots },
    origin: new URL(link).origin,
    recording: said("RECORDING"),
    everyRoom: process.env.CAMLOOM_E2E_EVERY_ROOM === "1",
    paceMs: Number(process.env.CAMLOOM_E2E_PACE_MS ?? 0),
    chromium: said("CHROMIUM"),
  };
}

function said(what: string): string {
  const value = process.env[`CAMLOOM_E2E_${what}`];
  if (!value) throw new Error(`CAMLOOM_E2E_${what} is not set: start this by pytest tests/console`);
  return value;
}

/** A recording's name without its ending, as the console proposes it. */
export const nameOf = (recording: string): string => basename(recording).replace(/\.[^.]+$/, "");
