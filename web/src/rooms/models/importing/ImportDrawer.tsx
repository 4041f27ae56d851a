import { InboxOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Col, Drawer, Flex, Form, Progress, Row, Spin, Typography, Upload } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, data, type Schemas } from "../../../api/client";
import { usePreferences } from "../../../app/preferences";
import { bytesOf } from "../../../parts/bytes";
import { useComplaint } from "../../../parts/complaint";
import { Failed } from "../../../parts/Failed";
import { useUnsaved } from "../../../parts/unsaved";
import { send } from "../../../parts/upload";
import { useWord } from "../../../words/known";
import { sayTold } from "../../../words/told";
import { answersOf, answersToKeep, type Guess, missingOf, type Said } from "./answers";
import { CardForm } from "./CardForm";
import { TrialView } from "./TrialView";
import { isChosen, SAMPLE, TryChoice } from "./TryChoice";

type Draft = Schemas["ModelDraft"];

interface Props {
  hostId: string;
  onClose: () => void;
}

/** From somebody's model file to a model of a host: uploaded, guessed, tried, corrected, kept. */
export function ImportDrawer({ hostId, onClose }: Props) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft>();
  const unsaved = useUnsaved();
  const begin = (sent: Draft) => {
    setDraft(sent);
    unsaved.touch(); // a large file that took its time is lost with the drawer
  };
  const kept = () => {
    unsaved.settle();
    onClose();
  };
  const close = () => {
    if (draft)
      void api
        .DELETE("/api/v1/hosts/{host_id}/models/drafts/{draft_id}", {
          params: { path: { host_id: hostId, draft_id: draft.id } },
        })
        .catch(() => undefined); // it is kept, or goes by itself after some hours
    onClose();
  };
  return (
    <Drawer
      open
      title={draft ? `${draft.name} (${bytesOf(draft.size_bytes)})` : t("models.importTitle")}
      size={1080}
      styles={{ wrapper: { maxWidth: "100vw" } }}
      onClose={() => unsaved.leave(close)}
    >
      {draft ? <Look hostId={hostId} draft={draft} onKept={kept} /> : <FileChoice hostId={hostId} onDraft={begin} />}
    </Drawer>
  );
}

function FileChoice({ hostId, onDraft }: { hostId: string; onDraft: (draft: Draft) => void }) {
  const { t } = useTranslation();
  const [share, setShare] = useState(0);
  const sending = useMutation({
    mutationFn: (file: File) =>
      send<Draft>(`/api/v1/hosts/${encodeURIComponent(hostId)}/models/drafts`, file, setShare),
    onSuccess: onDraft,
  });
  return (
    <>
      <Typography.Paragraph>{t("models.import")}</Typography.Paragraph>
      <Typography.Paragraph type="secondary">{t("models.importRefused")}</Typography.Paragraph>
      <Upload.Dragger
        showUploadList={false}
        disabled={sending.isPending}
        beforeUpload={(file) => {
          sending.mutate(file);
          return false; // sent by ourselves
        }}
      >
        <InboxOutlined style={{ fontSize: 32 }} aria-hidden />
        <p>{t("models.importDrop")}</p>
      </Upload.Dragger>
      {sending.isPending && <Progress percent={Math.floor(share * 100)} aria-label={t("models.importDrop")} />}
      {sending.isError && <Failed of={{ error: sending.error }} />}
    </>
  );
}

function Look({ hostId, draft, onKept }: { hostId: string; draft: Draft; onKept: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const complain = useComplaint();
  const client = useQueryClient();
  const [form] = Form.useForm<Said>();
  const [choice, choose] = useState(SAMPLE);
  const [guess, setGuess] = useState<Guess>();
  const params = { path: { host_id: hostId, draft_id: draft.id } };
  const look = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/hosts/{host_id}/models/drafts/{draft_id}/look", {
          params,
          body: { answers: answersOf(form.getFieldsValue()), try_on: choice.on },
        }),
      ),
    onSuccess: setGuess,
  });
  const keep = useMutation({
    mutationFn: (seen: Guess) =>
      data(
        api.POST("/api/v1/hosts/{host_id}/models/drafts/{draft_id}/keep", {
          params,
          body: { answers: answersToKeep(form.getFieldsValue(), seen), try_on: choice.on },
        }),
      ),
    onSuccess: async ({ name }) => {
      await client.invalidateQueries({ queryKey: ["models", hostId] });
      void client.invalidateQueries({ queryKey: ["templates"] });
      void message.success(t("models.kept", { name }));
      onKept();
    },
  });
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return; // in development React runs effects twice
    begun.current = true;
    look.mutate();
  }, [look.mutate]);
  const missing = guess ? missingOf(guess) : [];
  const busy = look.isPending || keep.isPending;
  return (
    <Flex vertical gap={12}>
      <Flex gap={8} wrap justify="space-between">
        <TryChoice hostId={hostId} value={choice} onChange={choose} onBad={complain} />
        <Flex gap={8}>
          <Button loading={look.isPending} disabled={busy || !isChosen(choice)} onClick={() => look.mutate()}>
            {t("models.look")}
          </Button>
          <Button
            type="primary"
            loading={keep.isPending}
            disabled={busy || !guess?.card || missing.length > 0 || !isChosen(choice)}
            onClick={() => guess && keep.mutate(guess)}
          >
            {t("models.keep")}
          </Button>
        </Flex>
      </Flex>
      {look.isPending && <Spin description={t("models.looking")} />}
      <Failed of={{ error: look.error ?? keep.error }} />
      {guess && <Found guess={guess} missing={missing} />}
      {guess && (
        <Row gutter={16}>
          <Col xs={24} lg={12}>
            <CardForm form={form} guess={guess} />
          </Col>
          <Col xs={24} lg={12}>
            {guess.trial && <TrialView trial={guess.trial} />}
            {guess.card && !guess.runs_on && <Alert type="warning" showIcon title={t("models.noRuntime")} />}
          </Col>
        </Row>
      )}
    </Flex>
  );
}

/** What the file is, and what has to be said before it can be kept. */
function Found({ guess, missing }: { guess: Guess; missing: string[] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const word = useWord();
  const what = missing.map((name) => word("models.asked", name)).join(t("cameras.comma"));
  return (
    <>
      <Typography.Text type="secondary">
        {[guess.format, bytesOf(guess.size_bytes), ...guess.inputs, "→", ...guess.outputs].join("  ")}
      </Typography.Text>
      {guess.notes.map((note) => (
        <Alert key={note.text} type="info" title={language === "zh" ? sayTold(note, note.text) : note.text} />
      ))}
      {!guess.card && <Alert type="warning" showIcon title={t("models.noFamily")} />}
      {missing.length > 0 && <Alert type="warning" showIcon title={t("models.say", { what })} />}
    </>
  );
}
