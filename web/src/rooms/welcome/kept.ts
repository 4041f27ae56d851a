const KEY = "camloom.first-steps.";

/** Tell whether this browser has seen something done. */
export function kept(what: string): boolean {
  try {
    return localStorage.getItem(KEY + what) !== null;
  } catch {
    return false; // a browser that keeps nothing shows the list once more
  }
}

/** Remember in this browser that something was done; the test of a push says `push-tested`. */
export function keep(what: string): void {
  try {
    localStorage.setItem(KEY + what, "1");
  } catch {
    // see above
  }
}
