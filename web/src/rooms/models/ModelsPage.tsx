import { PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Flex, Input, Segmented, Select, Skeleton, Typography } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../app/preferences";
import { useTasks, useTemplates } from "../../parts/cameras/queries";
import { Failed } from "../../parts/Failed";
import { type Model, useHosts, useModels } from "../../parts/hosts";
import { NextStep } from "../../parts/NextStep";
import { Page } from "../../parts/Page";
import { useTaughtPlaces } from "../../parts/states";
import { useUrl } from "../../parts/useUrl";
import { useWord } from "../../words/known";
import { summaryOf, useNaming } from "../../words/naming";
import { useDefaults } from "../rules/data";
import { ImportDrawer } from "./importing/ImportDrawer";
import { TryModal } from "./importing/TryModal";
import { Missing } from "./Missing";
import { ModelCard } from "./ModelCard";
import styles from "./models.module.css";
import { Places } from "./states/Places";
import { lacksOf, tasksWith } from "./using";

/** The room of models: those that a host has, what none of them does, and the places that it was taught. */
export function Component() {
  const { t } = useTranslation();
  const [url, go] = useUrl();
  const hosts = useHosts();
  const host = hosts.data?.find(({ id }) => id === url.get("host")) ?? hosts.data?.[0];
  const [importing, doImport] = useState(false);
  const choice = hosts.data && hosts.data.length > 1 && (
    <Select
      aria-label={t("models.host")}
      style={{ minWidth: 180 }}
      value={host?.id}
      onChange={(id) => go({ host: id })}
      options={hosts.data.map(({ id, name }) => ({ value: id, label: name }))}
    />
  );
  return (
    <Page
      title={t("rooms.models")}
      extra={
        <Flex gap={8} wrap>
          {choice}
          {host && (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => doImport(true)}>
              {t("models.importTitle")}
            </Button>
          )}
        </Flex>
      }
    >
      {hosts.isPending && <Skeleton active />}
      <Failed of={hosts} />
      {hosts.data && !host && <NextStep text={t("hosts.none")} />}
      {host && <OfHost key={host.id} hostId={host.id} />}
      {host && importing && <ImportDrawer hostId={host.id} onClose={() => doImport(false)} />}
    </Page>
  );
}

const PARTS = ["here", "missing", "states"] as const;

function OfHost({ hostId }: { hostId: string }) {
  const { t } = useTranslation();
  const models = useModels(hostId);
  const templates = useTemplates(hostId);
  const lacks = lacksOf(templates.data ?? []);
  const [url, go] = useUrl();
  const states = useTaughtPlaces(hostId);
  const part = PARTS.find((one) => one === url.get("part")) ?? "here";
  if (models.isPending) return <Skeleton active />;
  if (models.error) return <Failed of={models} />;
  return (
    <>
      <Segmented
        aria-label={t("models.part")}
        value={part}
        onChange={(value) => go({ part: value })}
        options={[
          { value: "here" as const, label: t("models.here", { count: models.data.length }) },
          {
            value: "missing" as const,
            label: templates.data ? t("models.missing", { count: lacks.length }) : t("models.missingUnknown"),
          },
          {
            value: "states" as const,
            label: states.data ? t("models.states.tab", { count: states.data.length }) : t("models.states.tabUnknown"),
          },
        ]}
        style={{ marginBottom: 12 }}
      />
      {part === "here" && <Cards hostId={hostId} models={models.data} />}
      {part === "missing" && <Missing lacks={lacks} />}
      {part === "states" && <Places hostId={hostId} />}
    </>
  );
}

function Cards({ hostId, models }: { hostId: string; models: Model[] }) {
  const { t } = useTranslation();
  const [url, go] = useUrl();
  const [tried, doTry] = useState<string>();
  const { data: tasks } = useTasks();
  const fallback = String(useDefaults().model ?? "");
  const asked = url.get("text") ?? "";
  const text = asked.trim().toLowerCase();
  const { language } = usePreferences();
  const word = useWord();
  const naming = useNaming();
  const found = models.filter((model) => {
    const { name, class_names: classes, task } = model;
    const said = [summaryOf(model, language), word("models.tasks", task), ...classes.map(naming.name)];
    return [name, task, ...classes, ...said].some((one) => one.toLowerCase().includes(text));
  });
  return (
    <>
      <Input
        type="search"
        prefix={<SearchOutlined />}
        allowClear
        aria-label={t("models.search")}
        placeholder={t("models.search")}
        value={asked}
        onChange={({ target }) => go({ text: target.value || undefined })}
        style={{ maxWidth: 320, marginBottom: 12 }}
      />
      {found.length === 0 && <Typography.Text type="secondary">{t("models.noneFound")}</Typography.Text>}
      <div className={styles.cards}>
        {found.map((model) => (
          <ModelCard
            key={model.name}
            hostId={hostId}
            model={model}
            tasks={tasks && tasksWith(tasks, model.name, fallback)}
            isDefault={model.name === fallback}
            onTry={() => doTry(model.name)}
          />
        ))}
      </div>
      {tried && <TryModal hostId={hostId} name={tried} onClose={() => doTry(undefined)} />}
    </>
  );
}
