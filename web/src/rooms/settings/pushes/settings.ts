import type { Schemas } from "../../../api/client";
import { isKept } from "../../../parts/fields/SecretInput";
import { type Setting, settingOf } from "../../../parts/fields/setting";
import type { Kind } from "./data";

export type Settings = Record<string, unknown>;

/** Asked first, in this order; what a kind of one's own has comes after them. */
const FIRST = [
  ...["url", "token", "servers", "host", "port", "recipients", "phones", "tls", "username", "password", "secret"],
  ...["device_id", "authorization", "access_key", "access_secret", "secret_id", "secret_key", "app_id"],
  ...["sign_name", "template", "parameters", "exchange", "topic", "stream"],
];
/** What hardly anybody changes. */
const REST = new Set([
  ...["ca", "client_id", "version", "discovery", "prefix", "off_after_s", "database", "max_length", "mechanism"],
  ...["virtual_host", "endpoint", "region", "mode", "asks_as", "asks_with", "cameras", "content_type", "channels"],
]);
const WIDE = new Set(["url", "token"]);
const UNITS: Record<string, string> = { off_after_s: "s" };

export type Named = [name: string, setting: Setting];

/** The settings of a kind, read from its JSON Schema: those that are asked, and the rest. */
export function settingsOf(
  kind: Kind,
  say: (place: "fields" | "help", kind: string, name: string) => string | undefined,
): { first: Named[]; rest: Named[] } {
  const schema = kind.settings_schema as Schemas["FormSchema"];
  const named = Object.entries(schema.properties ?? {}).map(([name, property]): Named => {
    const known = say("fields", kind.kind, name);
    const label = known ?? property.title ?? name;
    const extra = say("help", kind.kind, name) ?? (known ? undefined : property.description);
    const optional = !schema.required?.includes(name);
    return [
      name,
      settingOf(property, {
        label,
        extra: extra || undefined,
        optional,
        unit: UNITS[name] ?? "",
        wide: WIDE.has(name),
      }),
    ];
  });
  const place = ([name]: Named) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const ordered = named.sort((one, other) => place(one) - place(other));
  return { first: ordered.filter(([name]) => !REST.has(name)), rest: ordered.filter(([name]) => REST.has(name)) };
}

/** Change a setting. When the receiver becomes another one, the secrets that the server keeps must be entered again. */
export function withSetting(kind: Kind, settings: Settings, name: string, value: unknown): Settings {
  const next = { ...settings, [name]: value };
  if (!kind.destination.includes(name)) return next;
  const forgotten = kind.secrets.filter((secret) => isKept(settings[secret]));
  return { ...next, ...Object.fromEntries(forgotten.map((secret) => [secret, ""])) };
}

/** What is sent: without what was not given. */
export const given = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
