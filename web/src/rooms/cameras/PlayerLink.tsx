import { LinkOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Button, Popover, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { api, data } from "../../api/client";
import { Failed } from "../../parts/Failed";
import { useWhen } from "../../parts/moments";

/** An address with which a player such as VLC shows this camera for an hour. */
export function PlayerLink({ cameraId }: { cameraId: string }) {
  const { t } = useTranslation();
  const when = useWhen();
  const make = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/live/{camera_id}/link", {
          params: { path: { camera_id: cameraId } },
          body: { seconds: 3600 },
        }),
      ),
  });
  const content = make.data ? (
    <div style={{ maxWidth: 320 }}>
      <Typography.Paragraph copyable style={{ overflowWrap: "anywhere" }}>
        {new URL(make.data.url, window.location.origin).href}
      </Typography.Paragraph>
      {t("cameras.linkUntil", { when: when(make.data.expires_at) })}
    </div>
  ) : (
    <Failed of={{ error: make.error }} />
  );
  return (
    <Popover trigger="click" content={content} open={make.data || make.isError ? undefined : false}>
      <Button size="small" icon={<LinkOutlined />} loading={make.isPending} onClick={() => make.mutate()}>
        {t("cameras.playerLink")}
      </Button>
    </Popover>
  );
}
