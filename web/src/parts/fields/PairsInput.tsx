import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

interface Offer {
  value: string;
  label: string;
}

interface Props {
  id: string;
  label: string;
  offers: Offer[] | undefined;
  value: Record<string, string>;
  onChange: (value: Record<string, string>) => void;
}

interface Line {
  key: number;
  name: string;
  text: string;
}

/** Names with a value each, one a line. */
export function PairsInput({ id, label, offers, value, onChange }: Props) {
  const { t } = useTranslation();
  const [lines, setLines] = useState<Line[]>(() =>
    Object.entries(value).map(([name, text], key) => ({ key, name, text })),
  );
  const change = (next: Line[]) => {
    setLines(next);
    onChange(Object.fromEntries(next.filter(({ name }) => name).map(({ name, text }) => [name, text])));
  };
  const taken = new Set(lines.map(({ name }) => name));
  const free = offers?.filter((offer) => !taken.has(offer.value));
  const add = () =>
    change([
      ...lines,
      { key: Math.max(0, ...lines.map(({ key }) => key + 1)), name: free?.[0]?.value ?? "", text: "" },
    ]);
  return (
    <Flex vertical gap={8} align="start">
      {lines.map((line) => (
        <PairLine
          key={line.key}
          line={line}
          label={label}
          offers={offers?.filter((offer) => offer.value === line.name || !taken.has(offer.value))}
          onChange={(some) => change(lines.map((one) => (one.key === line.key ? { ...one, ...some } : one)))}
          onRemove={() => change(lines.filter(({ key }) => key !== line.key))}
        />
      ))}
      <Button id={id} size="small" icon={<PlusOutlined />} disabled={free?.length === 0} onClick={add}>
        {t("fields.add")}
      </Button>
    </Flex>
  );
}

interface LineProps {
  line: Line;
  label: string;
  offers: Offer[] | undefined;
  onChange: (some: Partial<Line>) => void;
  onRemove: () => void;
}

function PairLine({ line: { name, text }, label, offers, onChange, onRemove }: LineProps) {
  const { t } = useTranslation();
  const nameLabel = `${label}: ${t("fields.name")}`;
  const said = offers?.find(({ value }) => value === name)?.label ?? name;
  const half = { flex: 1, minWidth: 0 };
  return (
    <Flex gap={8} style={{ width: "100%" }}>
      {offers ? (
        <Select
          aria-label={nameLabel}
          showSearch={{ optionFilterProp: "label" }}
          value={name}
          options={offers}
          style={half}
          onChange={(next) => onChange({ name: next })}
        />
      ) : (
        <Input
          aria-label={nameLabel}
          value={name}
          style={half}
          onChange={({ target }) => onChange({ name: target.value })}
        />
      )}
      <Input
        aria-label={`${label}: ${said}`}
        value={text}
        style={half}
        onChange={({ target }) => onChange({ text: target.value })}
      />
      <Button type="text" icon={<DeleteOutlined />} aria-label={`${t("fields.remove")} ${said}`} onClick={onRemove} />
    </Flex>
  );
}
