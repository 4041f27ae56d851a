import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Template } from "../../parts/cameras/queries";
import { alarmsOf, type TaskDocument } from "../../parts/documents";
import { namesIn } from "../../parts/fields/names";
import { type Model } from "../../parts/hosts";
import { NextStep } from "../../parts/NextStep";
import { useTaughtPlaces } from "../../parts/states";
import { useUrl } from "../../parts/useUrl";
import { Catalogue } from "./Catalogue";
import { type Problem } from "./data";
import {
  type Alarm,
  type Kind,
  placeKinds,
  shapesOf,
  withAlarm,
  withoutAlarm,
  withReaders,
  withSettings,
} from "./document";
import { RuleCard } from "./RuleCard";

interface Props {
  hostId: string;
  document: TaskDocument;
  templates: Template[];
  models: Model[];
  model: string;
  problems: Problem[];
  onEdit: (document: TaskDocument, key?: string) => void;
  onDraw: (at: number, kind: Kind, setting: string) => void;
}

/** The alarms of a task, a card each, and the catalogue from which more are added. */
export function RuleList({ hostId, document, templates, models, model, problems, onEdit, onDraw }: Props) {
  const { t } = useTranslation();
  const [url, go] = useUrl();
  const [adding, add] = useState(false);
  const alarms = alarmsOf(document);
  const shapes = shapesOf(document);
  const templateOf = (alarm: Alarm) => templates.find(({ name }) => name === alarm.template);
  const opened = Number(url.get("rule") ?? (alarms.length === 1 ? 0 : -1));
  const named = (kind: Kind) => shapes.filter((shape) => shape.kind === kind).map(({ name }) => name);
  const offer = {
    labels: models.find(({ name }) => name === model)?.class_names ?? [],
    attributes: attributesOf(models),
    zones: named("zone"),
    lines: named("line"),
    taught:
      useTaughtPlaces(
        hostId,
        alarms.some((alarm) => asksForTaught(templateOf(alarm))),
      ).data ?? [],
  };
  return (
    <>
      {alarms.map((alarm, at) => (
        <RuleCard
          key={`${at} ${alarm.template}`}
          {...{ at, alarm, problems }}
          template={templateOf(alarm)}
          open={opened === at}
          offer={{ ...offer, draw: (kind, setting) => onDraw(at, kind, setting) }}
          onOpen={(open) =>
            go({ rule: open ? String(at) : "-1", place: open ? firstPlace(alarm, templateOf(alarm)) : undefined })
          }
          onChange={(settings, key) => onEdit(withSettings(document, at, settings), key)}
          onRemove={() => onEdit(withoutAlarm(document, at))}
        />
      ))}
      {alarms.length === 0 && <NextStep text={t("rules.noRule")} />}
      <Button type={alarms.length ? "dashed" : "primary"} block icon={<PlusOutlined />} onClick={() => add(true)}>
        {t("rules.addRule")}
      </Button>
      {adding && (
        <Catalogue
          {...{ templates, model }}
          others={alarms.flatMap((alarm) => templateOf(alarm) ?? [])}
          onClose={() => add(false)}
          onChoose={(template, choice) => {
            const chosen = choice.model === model ? document : { ...document, model: choice.model };
            onEdit(withAlarm(withReaders(chosen, choice.readers), startOf(template, document)));
            go({ rule: String(alarms.length) });
            add(false);
          }}
        />
      )}
    </>
  );
}

const asksForTaught = (template: Template | undefined) => template?.parameters.model?.kind === "word";

/** A new alarm; where there is but one zone or line, that is its own. */
function startOf({ name, parameters }: Template, document: TaskDocument): Alarm {
  const given = Object.entries(placeKinds(parameters)).flatMap(([key, kind]) => {
    const [one, another] = shapesOf(document).filter((shape) => shape.kind === kind);
    return one && !another && !parameters[key]?.optional ? [[key, one.name]] : [];
  });
  return { template: name, ...Object.fromEntries(given) };
}

function firstPlace(alarm: Alarm, template: Template | undefined): string | undefined {
  return Object.keys(placeKinds(template?.parameters ?? {})).flatMap((key) => namesIn(alarm[key]))[0];
}

/** Attributes that models read, as `name=value`. */
function attributesOf(models: Model[]): string[] {
  const said = models.flatMap(({ says = {} }) => Object.entries(says));
  return said.flatMap(([name, values]) => (values.length ? values.map((value) => `${name}=${value}`) : [name]));
}
