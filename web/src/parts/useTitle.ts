import { useEffect } from "react";

const HOUSE = "Camloom";

/** Say what a page shows in the tab and the history of the browser. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${HOUSE}`;
    return () => {
      document.title = HOUSE;
    };
  }, [title]);
}
