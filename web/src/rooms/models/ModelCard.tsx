import { Button, Card, Descriptions, Flex, Popconfirm, Skeleton, Tag, Typography, theme } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, type Schemas } from "../../api/client";
import { usePreferences } from "../../app/preferences";
import { useCameras } from "../../parts/cameras/queries";
import type { Model } from "../../parts/hosts";
import { measuredOn } from "../../words/classes";
import { useWord } from "../../words/known";
import { summaryOf, useNaming } from "../../words/naming";
import { useChange } from "../settings/useChange";
import styles from "./models.module.css";
import { figuresOf } from "./using";

interface Props {
  hostId: string;
  model: Model;
  /** Undefined: not known yet. */
  tasks: Schemas["TaskOut"][] | undefined;
  isDefault: boolean;
  onTry: () => void;
}

/** A model: what it is for, what it takes, what was measured, who uses it. */
export function ModelCard({ hostId, model, tasks, isDefault, onTry }: Props) {
  const { t } = useTranslation();
  const word = useWord();
  const { language } = usePreferences();
  const naming = useNaming();
  const { token } = theme.useToken();
  const measured = figuresOf(model.measured ?? {});
  const items = [
    { key: "input", label: t("models.input"), children: `${model.width}×${model.height}` },
    {
      key: "runtimes",
      label: t("models.runtimes"),
      children: model.runtimes.map((one) => word("models.runtime", one)).join(", "),
    },
    { key: "licence", label: t("models.licence"), children: word("models.licences", model.licence) || "–" },
    {
      key: "measured",
      label: t("models.measured"),
      children: measured.length
        ? measured
            .map(
              ([name, value]) => `${word("models.figures", name)} ${(language === "zh" && measuredOn[value]) || value}`,
            )
            .join(" · ")
        : t("models.notMeasured"),
    },
    { key: "here", label: t("models.onHost"), children: useHere(model) },
    { key: "tasks", label: t("models.usedBy"), children: <UsedBy tasks={tasks} /> },
  ];
  return (
    <Card
      size="small"
      role="article"
      aria-label={model.name}
      title={
        <Flex gap={8} align="center" wrap>
          <span>{model.name}</span>
          {model.version !== "1" && <Typography.Text type="secondary">{model.version}</Typography.Text>}
        </Flex>
      }
      extra={
        <>
          {isDefault && <Tag variant="outlined">{t("models.default")}</Tag>}
          {model.imported && <Tag>{t("models.imported")}</Tag>}
          <Tag>{word("models.tasks", model.task)}</Tag>
        </>
      }
    >
      {model.tried && (
        <img
          // Another address after each trial: what is shown is the newest.
          src={`/api/v1/hosts/${encodeURIComponent(hostId)}/models/${model.name}/picture?of=${model.tried.ms ?? 0}`}
          alt={t("models.found", { what: model.tried.found.map(naming.found).join(", ") || t("models.foundNothing") })}
          loading="lazy"
          className={styles.picture}
        />
      )}
      <Typography.Paragraph>{summaryOf(model, language)}</Typography.Paragraph>
      <Classes names={model.class_names} says={model.says ?? {}} />
      <Descriptions
        size="small"
        column={1}
        items={items}
        style={{ marginTop: 8 }}
        styles={{ label: { color: token.colorTextDescription } }}
      />
      <Flex gap={8} style={{ marginTop: 8 }}>
        <Button size="small" onClick={onTry}>
          {t("models.try")}
        </Button>
        {model.imported && <Removal hostId={hostId} name={model.name} used={!tasks || tasks.length > 0} />}
      </Flex>
    </Card>
  );
}

/** How fast a model was on this host, the last time that it was tried. */
function useHere({ tried }: Model): string {
  const { t } = useTranslation();
  if (!tried?.ms) return t("models.notTried");
  return `${t("models.ms", { ms: tried.ms })} · ${tried.runtime}`;
}

function Removal({ hostId, name, used }: { hostId: string; name: string; used: boolean }) {
  const { t } = useTranslation();
  const remove = useChange(
    () => api.DELETE("/api/v1/hosts/{host_id}/models/{name}", { params: { path: { host_id: hostId, name } } }),
    { keys: [["models", hostId], ["templates"]] },
  );
  return (
    <Popconfirm title={t("models.removeSure", { name })} onConfirm={() => remove.mutate(undefined)} disabled={used}>
      <Button size="small" danger loading={remove.isPending} disabled={used}>
        {t("models.remove")}
      </Button>
    </Popconfirm>
  );
}

const SHOWN = 10;

function Classes({ names, says }: { names: string[]; says: Record<string, string[]> }) {
  const { t } = useTranslation();
  const naming = useNaming();
  const [all, show] = useState(false);
  const attributes = Object.entries(says).map(([name, values]) =>
    values.length ? `${naming.name(name)}: ${values.map(naming.name).join(" | ")}` : naming.name(name),
  );
  const told = [...new Set([...names.map(naming.name), ...attributes])];
  return (
    <Flex gap={4} wrap>
      {(all ? told : told.slice(0, SHOWN)).map((name) => (
        <Tag key={name} style={{ margin: 0 }}>
          {name}
        </Tag>
      ))}
      {told.length > SHOWN && (
        <Typography.Link
          role="button"
          tabIndex={0}
          aria-expanded={all}
          onClick={() => show(!all)}
          onKeyDown={({ key }) => key === "Enter" && show(!all)}
        >
          {all ? t("models.fewer") : t("models.more", { count: told.length - SHOWN })}
        </Typography.Link>
      )}
    </Flex>
  );
}

function UsedBy({ tasks }: { tasks: Props["tasks"] }) {
  const { t } = useTranslation();
  const cameras = new Map(useCameras(false).data?.map(({ id, name }) => [id, name]));
  if (!tasks) return <Skeleton.Node active style={{ width: 96, height: 16 }} />;
  if (!tasks.length) return <Typography.Text type="secondary">{t("models.unused")}</Typography.Text>;
  return (
    <Flex gap={8} wrap>
      {tasks.map(({ id, name, camera_id }) => (
        <Link key={id} to={`/rules?camera=${camera_id}&task=${id}`}>
          {[cameras.get(camera_id), name].filter(Boolean).join(" · ")}
        </Link>
      ))}
    </Flex>
  );
}
