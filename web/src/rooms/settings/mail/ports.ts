import { isKept } from "../../../parts/fields/SecretInput";
import type { MailAccount } from "./data";

/** Where mail servers usually listen. */
export const portFor = { starttls: 587, tls: 465, none: 25 } as const;
const USUAL: number[] = Object.values(portFor);
const PLACE = ["host", "port", "security", "user"] as const;

/**
 * What else changes when something of the account does: the port goes with the encryption unless it is a special one,
 * and a kept password must be entered again for another server or user.
 */
export function withChange(
  changed: Partial<MailAccount>,
  all: MailAccount,
  before: MailAccount | null,
): Partial<MailAccount> {
  const { security } = changed;
  const more = security && USUAL.includes(all.port) ? { port: portFor[security] } : {};
  const moved = before !== null && PLACE.some((name) => ({ ...all, ...more })[name] !== before[name]);
  return moved && isKept(all.password) ? { ...more, password: "" } : more;
}
