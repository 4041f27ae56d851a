import { Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";

const KEYS = [
  ["J", "next"],
  ["K", "previous"],
  ["T", "true"],
  ["F", "false"],
  ["Space", "space"],
  ["/", "search"],
  ["Esc", "escape"],
  ["?", "help"],
] as const;

/** The keys of the room, and what they do. */
export function KeyList() {
  const { t } = useTranslation();
  return (
    <Flex vertical gap={8}>
      {KEYS.map(([key, what]) => (
        <Flex key={key} gap={16}>
          <span style={{ width: 64 }}>
            <Typography.Text keyboard>{key}</Typography.Text>
          </span>
          {t(`alarms.key.${what}`)}
        </Flex>
      ))}
    </Flex>
  );
}
