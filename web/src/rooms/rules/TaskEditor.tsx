import { Alert, Button, Flex } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { may, usePerson } from "../../app/session";
import { type Camera, type Task, type Template } from "../../parts/cameras/queries";
import { alarmsOf, type TaskDocument, taskDocument } from "../../parts/documents";
import { otherProblems } from "../../parts/fields/problems";
import { useProblemWords } from "../../parts/fields/useProblems";
import { type Model } from "../../parts/hosts";
import { useUnsaved } from "../../parts/unsaved";
import { useUrl } from "../../parts/useUrl";
import { CopyPlaces } from "./CopyPlaces";
import { useProblems } from "./data";
import { shapesOf, streamGoesOn } from "./document";
import { type Draft, useDraft } from "./draft";
import { useRemoving, withinTask } from "./leaving";
import { RuleList } from "./RuleList";
import styles from "./rules.module.css";
import { SaveBar } from "./SaveBar";
import { Scene } from "./Scene";
import { TaskSettings } from "./TaskSettings";
import { TaskState } from "./TaskState";
import { usePlaces } from "./usePlaces";
import { useSaving } from "./useSaving";
import { WhatIf } from "./WhatIf";

interface Props {
  camera: Camera;
  task: Task | undefined;
  templates: Template[];
  models: Model[];
  defaults: Record<string, unknown>;
  onMade: (taskId: string) => void;
  onGone: () => void;
  onNew: () => void;
}

const FORMS = ["alarms", "model", "analysis_fps"];
const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
const draftOf = (task: Task): Draft => ({ name: task.name, schedule: task.schedule, document: taskDocument(task) });

/** A task of a camera: its picture with zones and lines, its rules, and what an edit of them does. */
export function TaskEditor({ camera, task, templates, models, defaults, onMade, onGone, onNew }: Props) {
  const { t } = useTranslation();
  const mayEdit = may(usePerson().role, "administrator");
  const [kept, keep] = useState<Task | undefined>(task);
  const before = kept ? draftOf(kept) : { name: camera.name, schedule: [], document: {} };
  const editing = useDraft(before);
  const { draft } = editing;
  const dirty = kept ? !same(draft, before) : alarmsOf(draft.document).length > 0;
  // An edit that changed nothing of it (the camera got another address) is nobody else's.
  const revision = task && same(draftOf(task), before) ? task.revision : kept?.revision;
  const saving = useSaving({
    cameraId: camera.id,
    task: kept,
    revision,
    onSaved: (saved) => {
      keep(saved);
      editing.edit(draftOf(saved));
      if (!kept) onMade(saved.id);
    },
  });
  const problems = useProblems(camera.id, draft.document);
  const words = useProblemWords();
  const [asked, ask] = useState<"try" | "copy">();
  const { drawFor, ...places } = usePlaces(editing, templates);
  const remove = useRemoving(kept, onGone);
  useUnsaved({ dirty: dirty && !saving.isPending, isWithin: withinTask });
  const model = String(draft.document.model ?? defaults.model ?? "");
  const isOther = task && kept && task.revision > kept.revision && !same(draftOf(task), before);
  const newer = isOther && !saving.isPending ? task : undefined;
  return (
    <>
      {newer && <Newer onLoad={() => takeOver(newer)} onInsist={() => insist(newer)} />}
      {task && <TaskState task={task} />}
      <div className={styles.columns}>
        <Picture {...{ camera, editing, places }} />
        <section aria-label={t("rooms.rules")}>
          <TaskSettings {...{ draft, defaults, models, problems }} onChange={editing.edit} />
          {words(otherProblems(problems, [], FORMS)).map((text) => (
            <Alert key={text} type="error" title={text} style={{ marginBottom: 8 }} />
          ))}
          <RuleList
            {...{ templates, models, model, problems }}
            hostId={camera.host_id}
            document={draft.document}
            onEdit={(document: TaskDocument, key = "") => editing.edit({ ...draft, document }, key)}
            onDraw={drawFor}
          />
        </section>
      </div>
      <SaveBar
        isNew={!kept}
        goesOn={streamGoesOn(before.document, draft.document)}
        error={saving.error}
        saving={saving.isPending}
        onSave={() => saving.mutate({ draft, force: false, enabled: task?.enabled ?? true })}
        onDiscard={() => editing.edit(before)}
        onTry={() => ask("try")}
        onCopy={() => ask("copy")}
        onRemove={remove}
        {...{ dirty, mayEdit, onNew }}
      />
      {asked === "try" && kept && (
        <WhatIf {...{ task: kept, templates }} document={draft.document} onClose={() => ask(undefined)} />
      )}
      {asked === "copy" && kept && <CopyPlaces taskId={kept.id} cameraId={camera.id} onClose={() => ask(undefined)} />}
    </>
  );

  function takeOver(other: Task) {
    insist(other);
    editing.edit(draftOf(other));
  }

  function insist(other: Task) {
    keep(other);
    saving.reset();
  }
}

interface PictureProps {
  camera: Camera;
  editing: ReturnType<typeof useDraft>;
  places: Omit<ReturnType<typeof usePlaces>, "drawFor">;
}

function Picture({ camera, editing, places }: PictureProps) {
  const [url, go] = useUrl();
  const asked = url.get("view") ?? (camera.condition === "online" ? "live" : "still");
  return (
    <Scene
      camera={camera}
      view={asked === "still" ? "still" : "live"}
      onView={(view) => go({ view })}
      shapes={shapesOf(editing.draft.document)}
      selected={url.get("place") ?? undefined}
      onSelect={(place) => go({ place })}
      steps={editing}
      {...places}
    />
  );
}

function Newer({ onLoad, onInsist }: { onLoad: () => void; onInsist: () => void }) {
  const { t } = useTranslation();
  const choice = (
    <Flex gap={8} wrap>
      <Button size="small" onClick={onLoad}>
        {t("rules.load")}
      </Button>
      <Button size="small" onClick={onInsist}>
        {t("rules.insist")}
      </Button>
    </Flex>
  );
  return <Alert type="warning" style={{ marginBottom: 8 }} title={t("rules.changedElsewhere")} action={choice} />;
}
