import { PlayCircleOutlined } from "@ant-design/icons";
import { Button, Card, Flex } from "antd";
import { useTranslation } from "react-i18next";
import type { Draft } from "./draft";

const SAMPLES = ["street", "bikes"] as const;

/** Films that come with Camloom, to try it without a camera. */
export function BySample({ onDraft }: { onDraft: (draft: Draft) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <p>{t("adding.sampleHelp")}</p>
      <Flex gap={16} wrap>
        {SAMPLES.map((sample) => {
          const name = t(`adding.samples.${sample}`);
          return (
            <Card key={sample} size="small" title={name} style={{ width: 272 }}>
              <p style={{ minHeight: 44, marginTop: 0 }}>{t(`adding.sampleTexts.${sample}`)}</p>
              <Button
                type="primary"
                icon={<PlayCircleOutlined />}
                aria-label={t("adding.chooseThis", { name })}
                onClick={() => onDraft({ url: `sample:${sample}`, options: {}, name })}
              >
                {t("adding.choose")}
              </Button>
            </Card>
          );
        })}
      </Flex>
    </>
  );
}
