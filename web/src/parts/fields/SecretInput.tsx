import { Button, Flex, Input } from "antd";
import { useTranslation } from "react-i18next";

interface Props {
  id?: string;
  value?: string;
  onChange?: (value: string) => void;
}

/** Tell whether this stands for a secret that the server keeps: sent back, it stays as it is. */
export const isKept = (value: unknown): boolean => typeof value === "string" && /^\*{3,}$/.test(value);

/** A secret: one that the server has is never shown, and stays unless another is written. */
export function SecretInput({ id, value = "", onChange }: Props) {
  const { t } = useTranslation();
  if (isKept(value)) {
    return (
      <Flex gap={8}>
        <Input id={id} readOnly value={t("fields.kept")} style={{ flex: 1, minWidth: 0 }} />
        <Button onClick={() => onChange?.("")}>{t("fields.replace")}</Button>
      </Flex>
    );
  }
  return (
    <Input.Password
      id={id}
      autoComplete="new-password"
      value={value}
      onChange={({ target }) => onChange?.(target.value)}
    />
  );
}
