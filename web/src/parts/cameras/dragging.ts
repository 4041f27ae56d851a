import type { DragEvent } from "react";

const KIND = "application/x-camloom-camera";

/** Make an element one that a camera is dragged by. */
export function draggedCamera(id: string) {
  return {
    draggable: true,
    onDragStart: ({ dataTransfer }: DragEvent) => {
      dataTransfer.setData(KIND, id);
      dataTransfer.effectAllowed = "move";
    },
  };
}

/** Make an element one that takes a camera. */
export function droppedCamera(onDrop: (id: string, event: DragEvent) => void) {
  return {
    onDragOver: (event: DragEvent) => {
      if (event.dataTransfer.types.includes(KIND)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      const id = event.dataTransfer.getData(KIND);
      if (!id) return;
      event.preventDefault();
      onDrop(id, event);
    },
  };
}
