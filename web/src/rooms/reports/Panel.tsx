import type { ReactNode } from "react";
import styles from "./reports.module.css";

interface Props {
  title: string;
  text?: string;
  wide?: boolean;
  children: ReactNode;
}

/** A part of a report under its heading. */
export function Panel({ title, text, wide = false, children }: Props) {
  return (
    <section className={`${styles.panel} ${wide ? styles.wide : ""}`} aria-label={title}>
      <h2>
        {title} {text && <span className={styles.soft}>{text}</span>}
      </h2>
      {children}
    </section>
  );
}
