import { Segmented } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import type { Camera } from "../cameras/queries";
import { useUrl } from "../useUrl";
import { ByGb28181 } from "./ByGb28181";
import { BySample } from "./BySample";
import { BySearch } from "./BySearch";
import { ByUpload } from "./ByUpload";
import { ByUrl } from "./ByUrl";
import type { Draft } from "./draft";
import { Probed } from "./Probed";

const WAYS = { url: ByUrl, search: BySearch, gb28181: ByGb28181, upload: ByUpload, sample: BySample } as const;
type Way = keyof typeof WAYS;

interface Props {
  /** Called with the new camera and the picture of the probe, as a data URL; empty: none came. */
  onAdded: (camera: Camera, picture: string) => void;
}

/** Add a camera: say where it is, see what it sends, name it. */
export function AddCamera({ onAdded }: Props) {
  const { t } = useTranslation();
  const [said, say] = useUrl();
  const [draft, setDraft] = useState<Draft>();
  useEffect(() => void api.POST("/api/v1/cameras/probe/ready").catch(() => undefined), []); // else it only takes longer
  if (draft) return <Probed draft={draft} onBack={() => setDraft(undefined)} onAdded={onAdded} />;
  const way = isWay(said.get("way")) ?? "url";
  const Chosen = WAYS[way];
  return (
    <>
      <div style={{ overflowX: "auto", marginBottom: 24 }}>
        <Segmented
          aria-label={t("adding.how")}
          options={Object.keys(WAYS).map((one) => ({ value: one, label: t(`adding.ways.${one as Way}`) }))}
          value={way}
          onChange={(one) => say({ way: one })}
        />
      </div>
      <Chosen onDraft={setDraft} />
    </>
  );
}

const isWay = (said: string | null): Way | undefined => (said && said in WAYS ? (said as Way) : undefined);
