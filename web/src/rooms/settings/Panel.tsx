import { Flex, theme } from "antd";
import type { ReactNode } from "react";

interface Props {
  title: string;
  text?: string;
  extra?: ReactNode;
  children: ReactNode;
}

/** A part of a page of the settings. */
export function Panel({ title, text, extra, children }: Props) {
  const { token } = theme.useToken();
  return (
    <section
      aria-label={title}
      style={{ background: token.colorBgContainer, borderRadius: token.borderRadius, padding: 16, marginBottom: 16 }}
    >
      <Flex justify="space-between" align="center" gap={8} wrap style={{ marginBottom: text ? 4 : 12 }}>
        <h2 style={{ fontSize: 16, margin: 0 }}>{title}</h2>
        {extra}
      </Flex>
      {text && <p style={{ color: token.colorTextDescription, margin: "0 0 12px", maxWidth: 640 }}>{text}</p>}
      {children}
    </section>
  );
}
