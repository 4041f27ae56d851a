import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Card, Collapse, Flex, Progress, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { api, data, type Schemas } from "../../api/client";
import { type Language, usePreferences } from "../../app/preferences";
import { findings } from "../../words/findings";
import { useWord } from "../../words/known";
import { streamLine } from "../cameras/camera";
import type { Camera } from "../cameras/queries";
import { Failed } from "../Failed";
import type { Draft } from "./draft";
import { sayFact } from "./facts";
import { type Named, NameForm } from "./NameForm";
import { useProbe } from "./useProbe";
import { useSeconds } from "./useSeconds";

interface Props {
  draft: Draft;
  onBack: () => void;
  onAdded: (camera: Camera, picture: string) => void;
}

/** What a source sends, with its picture, and the last things to say before it is kept. */
export function Probed({ draft, onBack, onAdded }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const probe = useProbe({ url: draft.url, options: draft.options });
  const picture = probe.data?.picture ? `data:image/jpeg;base64,${probe.data.picture}` : "";
  const keep = useMutation({
    mutationFn: (named: Named) => data(api.POST("/api/v1/cameras", { body: bodyOf(draft, named, probe.data) })),
    onSuccess: (camera) => {
      void client.invalidateQueries({ queryKey: ["cameras"] });
      onAdded(camera, picture);
    },
  });
  return (
    <Flex gap={24} wrap align="start">
      <div style={{ flex: "1 1 360px", maxWidth: 640 }} aria-live="polite">
        {probe.isFetching ? (
          <Looking />
        ) : (
          probe.data && <Seen probe={probe.data} picture={picture} looksOn={probe.looksOn} />
        )}
        {!probe.isFetching && probe.isError && <Failed of={probe} />}
      </div>
      <div style={{ flex: "1 1 280px", maxWidth: 420 }}>
        <NameForm
          first={draft.name}
          busy={keep.isPending}
          button={t(probe.isError ? "adding.saveAnyway" : "adding.save")}
          disabled={probe.isFetching}
          onBack={onBack}
          onDone={(named) => keep.mutate(named)}
        />
        {keep.isError && <Failed of={{ error: keep.error }} />}
      </div>
    </Flex>
  );
}

function bodyOf(draft: Draft, named: Named, probe: Schemas["ProbeOut"] | undefined): Schemas["CameraIn"] {
  const { url, options, main_url, main_options = {} } = draft;
  return { url, options, main_url, main_options, ...named, enabled: true, stream: factsOf(probe?.stream) };
}

function factsOf(stream: Schemas["SeenStream"] | undefined): Schemas["StreamFacts"] | undefined {
  if (!stream) return undefined;
  const { codec, width, height, fps } = stream;
  return { codec: codec.slice(0, 32), width, height, fps };
}

function Looking() {
  const { t } = useTranslation();
  const seconds = useSeconds();
  return (
    <>
      <Skeleton.Node active style={{ width: "100%", aspectRatio: "16 / 9", height: "auto" }} />
      <p>{t("adding.looking", { seconds })}</p>
      <Progress percent={Math.min(95, (seconds / 25) * 100)} showInfo={false} aria-label={t("adding.look")} />
    </>
  );
}

interface SeenProps {
  probe: Schemas["ProbeOut"];
  picture: string;
  /** There is more to come. */
  looksOn: boolean;
}

/** The picture of a probe and what was found; what will hurt with the advice of the engine. */
export function Seen({ probe, picture, looksOn }: SeenProps) {
  const { t } = useTranslation();
  const word = useWord();
  const { language } = usePreferences();
  // What a camera should be set to is no matter where a recording plays.
  const told = probe.stream.live === false ? [] : probe.found.findings;
  const rows = probe.found.rows;
  return (
    <Card
      size="small"
      cover={picture ? <img src={picture} alt={t("adding.picture")} style={{ display: "block" }} /> : undefined}
    >
      <strong>{streamLine(probe.stream) || t("adding.nothingKnown")}</strong>
      {looksOn && <div>{t("adding.looksOn")}</div>}
      <Flex vertical gap={8} style={{ marginTop: 8 }}>
        {told.map(({ code, text, advice }) => (
          <Alert key={code} type="warning" showIcon {...sayFinding(code, text, advice, language)} />
        ))}
      </Flex>
      {rows.length > 0 && (
        <Collapse
          ghost
          items={[
            {
              key: "rows",
              label: t("adding.details"),
              children: rows.map(({ name, value }) => (
                <Flex key={name} gap={8} justify="space-between">
                  <span>{word("adding.facts", name)}</span>
                  <span style={{ textAlign: "right", overflowWrap: "anywhere" }}>{sayFact(value, language)}</span>
                </Flex>
              )),
            },
          ]}
        />
      )}
    </Card>
  );
}

/** Say what will hurt: in English as the engine does, in Chinese by its code, if there are words for it. */
function sayFinding(code: string, text: string, advice: string, language: Language) {
  const known = language === "zh" ? findings[code] : undefined;
  return known ? { title: known } : { title: text, description: advice || undefined };
}
