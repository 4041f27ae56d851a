import { Flex, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { OnOff } from "../../parts/OnOff";
import { SIZES } from "./wall";

interface Props {
  size: number;
  boxes: boolean;
  zones: boolean;
  say: (change: Record<string, string | undefined>) => void;
}

/** How large the wall is, and what is drawn on its pictures. */
export function Controls({ size, boxes, zones, say }: Props) {
  const { t } = useTranslation();
  return (
    <Flex gap={16} align="center" wrap>
      <OnOff label={t("live.boxes")} on={boxes} onChange={(on) => say({ boxes: on ? undefined : "off" })} />
      <OnOff label={t("live.zones")} on={zones} onChange={(on) => say({ zones: on ? undefined : "off" })} />
      <Segmented
        aria-label={t("live.size")}
        options={SIZES.map((one) => ({ value: one, label: String(one) }))}
        value={size}
        onChange={(wall) => say({ wall: String(wall) })}
      />
    </Flex>
  );
}
