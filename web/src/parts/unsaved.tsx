import { App } from "antd";
import { useCallback, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { type Location, useBlocker } from "react-router";

interface Edit {
  /** Whether something is not kept yet; undefined: since `touch` was called last. */
  dirty?: boolean;
  /** Whether a way stays within what is edited; undefined: it does on the same page. */
  isWithin?: (from: Location, to: Location) => boolean;
}

export interface Unsaved {
  /** Something was changed by the person. */
  touch: () => void;
  /** All of it is kept now, or given up: one may leave. */
  settle: () => void;
  /** Do what would lose the edit, once the person has said that it may be lost; at once where there is none. */
  leave: (go: () => void) => void;
}

/** Guard an edit that is not kept: whoever goes to another page, or closes a drawer or the browser, is asked first. */
export function useUnsaved({ dirty, isWithin = onSamePage }: Edit = {}): Unsaved {
  const touched = useRef(false);
  const edit = useRef({ dirty, isWithin });
  edit.current = { dirty, isWithin };
  const isDirty = useCallback(() => edit.current.dirty ?? touched.current, []);
  const ask = useAsking();
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => isDirty() && !edit.current.isWithin(currentLocation, nextLocation),
  );
  useEffect(() => {
    if (blocker.state !== "blocked") return;
    return ask(blocker.proceed, blocker.reset);
  }, [blocker, ask]);
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => isDirty() && event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isDirty]);
  return {
    touch: () => {
      touched.current = true;
    },
    settle: () => {
      touched.current = false;
    },
    leave: (go) => (isDirty() ? void ask(go, () => undefined) : go()),
  };
}

function onSamePage(from: Location, to: Location): boolean {
  return from.pathname === to.pathname;
}

/** A way to ask whether an edit may be lost; what it returns takes the question back. */
function useAsking(): (go: () => void, stay: () => void) => () => void {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  return useCallback(
    (go, stay) => {
      const asked = modal.confirm({
        title: t("unsaved.title"),
        content: t("unsaved.text"),
        okText: t("unsaved.leave"),
        okButtonProps: { danger: true },
        cancelText: t("unsaved.stay"),
        onOk: go,
        onCancel: stay,
      });
      return asked.destroy;
    },
    [modal, t],
  );
}
