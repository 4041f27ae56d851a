import { Skeleton, theme } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { bitsOf } from "../../parts/bytes";
import { Curves } from "../../parts/chart/Curves";
import { Failed } from "../../parts/Failed";
import { NextStep } from "../../parts/NextStep";
import { type Hours, useLoad } from "./data";
import { curveOf, isKnown, shareOf } from "./figures";
import styles from "./hosts.module.css";

const heatOf = (value: number) => `${Math.round(value)} °C`;

/** Load, temperature and network of a host over time. */
export function LoadCurves({ hostId, hours }: { hostId: string; hours: Hours }) {
  const { t } = useTranslation();
  const load = useLoad(hostId, hours);
  const groups = useGroups(load.data?.points ?? NONE);
  if (load.isPending) return <Skeleton active />;
  if (load.error) return <Failed of={load} />;
  if (!load.data.points.length) return <NextStep text={t("hosts.noLoad")} />;
  return (
    <div className={styles.charts}>
      {groups.map(({ key, curves, most, say }) => (
        <Curves key={key} label={t(`hosts.charts.${key}`)} span={load.data.span} {...{ curves, most, say }} />
      ))}
    </div>
  );
}

const NONE: NonNullable<ReturnType<typeof useLoad>["data"]>["points"] = [];

function useGroups(points: typeof NONE) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  return useMemo(() => {
    const curve = (key: Parameters<typeof curveOf>[1], name: string, colour: string) =>
      isKnown(points, key) ? [curveOf(points, key, name, colour)] : [];
    const groups = [
      {
        key: "shares" as const,
        most: 1,
        say: shareOf,
        curves: [
          ...curve("cpu", t("hosts.cpu"), token.colorPrimary),
          ...curve("accelerator", t("hosts.accelerator"), token.purple6),
          ...curve("memory", t("hosts.memory"), token.blue6),
          ...curve("disk", t("hosts.disk"), token.colorTextQuaternary),
        ],
      },
      {
        key: "temperature" as const,
        most: undefined,
        say: heatOf,
        curves: curve("temperature_c", t("hosts.temperature"), token.gold6),
      },
      {
        key: "network" as const,
        most: undefined,
        say: bitsOf,
        curves: [
          ...curve("network_in_bps", t("hosts.networkIn"), token.colorPrimary),
          ...curve("network_out_bps", t("hosts.networkOut"), token.blue6),
        ],
      },
    ];
    return groups.filter(({ curves }) => curves.length);
  }, [points, t, token]);
}
