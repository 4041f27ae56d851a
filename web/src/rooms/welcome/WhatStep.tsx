import { Card, Input, Tag, Typography } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { usePreferences } from "../../app/preferences";
import type { Camera, Template } from "../../parts/cameras/queries";
import { NextStep } from "../../parts/NextStep";
import { useUrl } from "../../parts/useUrl";
import { useNaming } from "../../words/naming";
import { lackOf } from "./steps";
import styles from "./welcome.module.css";

/** Choose what to watch for: tiles with a picture and a sentence; those whose model is missing say so. */
export function WhatStep({ camera, templates }: { camera: Camera; templates: Template[] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim().toLowerCase());
  const found = templates.filter(({ name, title, description }) =>
    `${name} ${title.zh} ${title.en} ${description[language]}`.toLowerCase().includes(wanted),
  );
  const ready = found.filter((template) => !lackOf(template));
  const rest = found.filter((one) => lackOf(one));
  return (
    <>
      <Typography.Title level={2} style={{ fontSize: 18, marginTop: 0 }}>
        {t("welcome.what", { name: camera.name })}
      </Typography.Title>
      <p>{t("welcome.whatText")}</p>
      <Input
        type="search"
        allowClear
        style={{ maxWidth: 320, marginBottom: 16 }}
        value={text}
        placeholder={t("welcome.find")}
        aria-label={t("welcome.find")}
        onChange={({ target }) => setText(target.value)}
      />
      {!found.length && <NextStep text={t("welcome.noneFits")} />}
      <Tiles templates={ready} />
      {rest.length > 0 && (
        <>
          <Typography.Title level={3} style={{ fontSize: 16, marginTop: 24 }}>
            {t("welcome.others")} · <Link to="/models">{t("welcome.toModels")}</Link>
          </Typography.Title>
          <Tiles templates={rest} />
        </>
      )}
    </>
  );
}

function Tiles({ templates }: { templates: Template[] }) {
  return (
    <div className={styles.tiles}>
      {templates.map((template) => (
        <Tile key={template.name} template={template} />
      ))}
    </div>
  );
}

function Tile({ template }: { template: Template }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const [, say] = useUrl();
  const { name, title, description, has_picture } = template;
  const naming = useNaming();
  const lack = lackOf(template, (one) => naming.attribute(one).replaceAll("_", " "));
  const said =
    lack && ({ model: "welcome.needsModel", block: "welcome.needsBlock", more: "welcome.needsMore" } as const);
  return (
    <button
      type="button"
      className={styles.tile}
      disabled={Boolean(lack)}
      onClick={() => say({ step: "draw", template: name }, true)}
    >
      <Card
        size="small"
        hoverable={!lack}
        style={{ height: "100%", overflow: "hidden" }}
        cover={
          has_picture && (
            <img src={`/api/v1/templates/${name}/picture`} alt="" loading="lazy" className={styles.example} />
          )
        }
      >
        <strong>{title[language]}</strong>
        <div>{description[language]}</div>
        {lack && said && <Tag className={styles.lack}>{t(said[lack.why], { what: lack.what })}</Tag>}
      </Card>
    </button>
  );
}
