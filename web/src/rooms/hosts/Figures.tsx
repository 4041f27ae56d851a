import { Card, Statistic, theme } from "antd";
import { useTranslation } from "react-i18next";
import { bitsOf, bytesOf } from "../../parts/bytes";
import { type HostDetail } from "../../parts/hosts";
import { useWord } from "../../words/known";
import { fitOf, shareOf } from "./figures";
import styles from "./hosts.module.css";

interface Figure {
  title: string;
  value: string;
  more?: string;
  bad?: boolean;
}

/** What one looks at first; what a host cannot tell is not there. */
export function Figures({ host }: { host: HostDetail }) {
  const { token } = theme.useToken();
  const figures = useFigures(host);
  return (
    <div className={styles.figures}>
      {figures.map(({ title, value, more, bad }) => (
        <Card key={title} size="small">
          <Statistic
            title={title}
            value={value}
            styles={{ content: { fontSize: 20, color: bad ? token.colorError : undefined } }}
          />
          <span style={{ color: token.colorTextDescription, fontSize: 12 }}>{more}</span>
        </Card>
      ))}
    </div>
  );
}

function useFigures({
  load,
  streams,
  streams_fit: fit,
  bottleneck,
  clock_offset_s: offset,
  state,
}: HostDetail): Figure[] {
  const { t } = useTranslation();
  const word = useWord();
  const carried: Figure = {
    title: t("hosts.streams"),
    value: fit === null ? String(streams) : t("hosts.ofAbout", { streams, fit: fitOf(fit) }),
    more: bottleneck ? t("hosts.bottleneck", { what: word("hosts.parts", bottleneck) }) : t("hosts.noBottleneck"),
    bad: fit !== null && streams > fit,
  };
  if (!load || state !== "online") return [carried];
  const { cpu, memory, disk, temperature_c: heat, accelerator } = load;
  const clock: Figure = {
    title: t("hosts.clock"),
    value: offset ? `${offset > 0 ? "+" : "−"}${Math.abs(offset).toFixed(1)} s` : t("hosts.clockRight"),
    bad: Math.abs(offset) > 1,
  };
  return [
    carried,
    { title: t("hosts.cpu"), value: shareOf(cpu), bad: cpu > 0.9 },
    ...(typeof accelerator === "number" ? [{ title: t("hosts.accelerator"), value: shareOf(accelerator) }] : []),
    { title: t("hosts.memory"), value: shareOf(memory), more: bytesOf(load.memory_bytes), bad: memory > 0.95 },
    {
      title: t("hosts.disk"),
      value: shareOf(disk),
      more: t("hosts.free", { size: bytesOf(load.disk_free_bytes) }),
      bad: disk > 0.9,
    },
    ...(typeof heat === "number"
      ? [{ title: t("hosts.temperature"), value: `${Math.round(heat)} °C`, bad: heat > 85 }]
      : []),
    {
      title: t("hosts.network"),
      value: bitsOf(load.network_in_bps),
      more: t("hosts.out", { rate: bitsOf(load.network_out_bps) }),
    },
    clock,
  ];
}
