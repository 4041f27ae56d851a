import { InboxOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Progress, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { Failed } from "../Failed";
import { send as upload } from "../upload";
import type { Draft } from "./draft";

/** A recording that plays over and over, as a live camera. */
export function ByUpload({ onDraft }: { onDraft: (draft: Draft) => void }) {
  const { t } = useTranslation();
  const [share, setShare] = useState(0);
  const send = useMutation({
    mutationFn: (file: File) => upload<Schemas["UploadOut"]>("/api/v1/uploads", file, setShare),
    onSuccess: ({ url, name }) => onDraft({ url, options: {}, name: name.replace(/\.[^.]+$/, "") }),
  });
  return (
    <div style={{ maxWidth: 560 }}>
      <p>{t("adding.uploadHelp")}</p>
      <Upload.Dragger
        accept="video/*,.mkv,.flv,.ts,.mts,.ps,.dav"
        showUploadList={false}
        disabled={send.isPending}
        beforeUpload={(file) => {
          send.mutate(file);
          return false; // sent by ourselves
        }}
      >
        <InboxOutlined style={{ fontSize: 32 }} aria-hidden />
        <p>{t("adding.uploadDrop")}</p>
      </Upload.Dragger>
      {send.isPending && <Progress percent={Math.floor(share * 100)} aria-label={t("adding.uploading")} />}
      {send.isError && <Failed of={{ error: send.error }} />}
    </div>
  );
}
