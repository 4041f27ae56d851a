import { Flex, Switch } from "antd";

/** A switch with its name, which can be clicked as well. */
export function OnOff({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <Flex component="label" gap={8} align="center" style={{ minHeight: 32 }}>
      <Switch size="small" checked={on} onChange={onChange} aria-label={label} />
      <span>{label}</span>
    </Flex>
  );
}
