import type { Texts } from "../../words/texts";

export const en = {} as const;

export const zh: Texts<typeof en> = {};
