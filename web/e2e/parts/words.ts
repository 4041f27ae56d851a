import i18next from "i18next";

/** Say what the console says; `speak` chose the language. */
export const say = i18next.t;

/**
 * Find a text as the name of something: an icon may stand before it, and the console may put a space between two
 * Chinese characters.
 */
export function called(text: string): RegExp {
  const literally = text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const spaced = literally.replace(/(?<=\p{Script=Han})(?=\p{Script=Han})/gu, "\\s?");
  return new RegExp(`(^|\\s)${spaced}\\s*$`);
}
