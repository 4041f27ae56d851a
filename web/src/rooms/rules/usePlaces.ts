import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Template } from "../../parts/cameras/queries";
import type { TaskDocument } from "../../parts/documents";
import type { Point, Shape } from "../../parts/scene/shapes";
import { useUrl } from "../../parts/useUrl";
import {
  freshName,
  type Kind,
  type KindsOf,
  placeKinds,
  withName,
  withoutShape,
  withPlaceIn,
  withShape,
} from "./document";
import type { Editing } from "./draft";

/** What is being drawn, and for which setting of which alarm. */
interface Wanted {
  kind: Kind;
  at?: number;
  setting?: string;
}

/** Drawing, moving, naming and removing zones and lines. */
export function usePlaces({ draft, edit, rest }: Editing, templates: Template[]) {
  const { t } = useTranslation();
  const [, go] = useUrl();
  const [wanted, want] = useState<Wanted>();
  const kinds: KindsOf = (alarm) => placeKinds(templates.find(({ name }) => name === alarm.template)?.parameters ?? {});
  const put = (document: TaskDocument, key = "") => edit({ ...draft, document }, key);
  useEffect(() => {
    window.addEventListener("pointerup", rest); // what is dragged next is a step of its own
    return () => window.removeEventListener("pointerup", rest);
  });
  const onDone = (points: Point[]) => {
    if (!wanted) return;
    const name = freshName(draft.document, t(`rules.${wanted.kind}`));
    const drawn = withShape(draft.document, { kind: wanted.kind, name, points });
    const { at, setting } = wanted;
    put(at === undefined || !setting ? drawn : withPlaceIn(drawn, at, setting, name));
    want(undefined);
    go({ place: name });
  };
  return {
    drawing: wanted && { kind: wanted.kind, onDone },
    onDraw: useCallback((kind: Kind | undefined) => want(kind && { kind }), []),
    drawFor: (at: number, kind: Kind, setting: string) => want({ at, kind, setting }),
    onChange: (shape: Shape) => put(withShape(draft.document, shape), `${shape.kind}:${shape.name}`),
    onRename: (shape: Shape, name: string) => {
      put(withName(draft.document, shape, name, kinds));
      go({ place: name });
    },
    onRemove: (shape: Shape) => {
      put(withoutShape(draft.document, shape, kinds));
      go({ place: undefined });
    },
  };
}
