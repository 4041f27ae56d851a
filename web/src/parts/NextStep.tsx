import { Empty } from "antd";
import type { ReactNode } from "react";

/** An empty list: what would be here, and the button that brings it. */
export function NextStep({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text} style={{ padding: "48px 16px" }}>
      {children}
    </Empty>
  );
}
