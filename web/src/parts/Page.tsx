import { Flex, Typography } from "antd";
import type { ReactNode } from "react";
import { useTitle } from "./useTitle";

interface Props {
  title: string;
  extra?: ReactNode;
  children: ReactNode;
}

/** A page of the console: its heading, what can be done with all of it, and the rest. */
export function Page({ title, extra, children }: Props) {
  useTitle(title);
  return (
    <main id="content" style={{ padding: 16 }}>
      <Flex justify="space-between" align="center" gap={16} wrap style={{ marginBottom: 16 }}>
        <Typography.Title level={1} style={{ fontSize: 20, margin: 0 }}>
          {title}
        </Typography.Title>
        {extra}
      </Flex>
      {children}
    </main>
  );
}
