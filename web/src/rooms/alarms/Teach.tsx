import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Flex } from "antd";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, data } from "../../api/client";
import { may, usePerson } from "../../app/session";
import { useComplaint } from "../../parts/complaint";
import { jpegOfVideo } from "../../parts/picture/jpeg";
import { statesKey, useTaughtPlaces } from "../../parts/states";
import { taughtIn } from "../models/states/teaching";
import type { Detail } from "./alarm";

interface Props {
  alarm: Detail;
  video: RefObject<HTMLVideoElement | null>;
}

/** An alarm about a taught state teaches, too: what its clip shows becomes an example of the right state. */
export function Teach({ alarm, video }: Props) {
  const taught = taughtIn(alarm.event);
  const administrator = may(usePerson().role, "administrator");
  if (!taught || !administrator) return null;
  return <States {...{ alarm, video }} name={taught.place} />;
}

function States({ alarm, video, name }: Props & { name: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const hostId = alarm.host_id;
  const place = useTaughtPlaces(hostId).data?.find((one) => one.name === name);
  const add = useMutation({
    mutationFn: ({ state, picture }: { state: string; picture: string }) =>
      data(
        api.POST("/api/v1/hosts/{host_id}/states/{name}/examples", {
          params: { path: { host_id: hostId, name } },
          body: { state, camera_id: "", picture, taken_at: alarm.began_at },
        }),
      ),
    onSuccess: (_, { state }) => {
      void client.invalidateQueries({ queryKey: statesKey(hostId) });
      void message.success(t("models.states.alarm.added", { name, state }));
    },
    onError: useComplaint(),
  });
  if (!place) return null;
  const teach = (state: string) => {
    const picture = jpegOfVideo(video.current);
    if (picture) add.mutate({ state, picture });
    else void message.info(t("models.states.alarm.noPicture"));
  };
  return (
    <Alert
      type="info"
      title={t("models.states.alarm.title")}
      description={
        <>
          <Flex gap={8} wrap style={{ marginBottom: 8 }}>
            {Object.keys(place.states).map((state) => (
              <Button key={state} disabled={add.isPending} onClick={() => teach(state)}>
                {state}
              </Button>
            ))}
          </Flex>
          {t("models.states.alarm.text", { name })}{" "}
          <Link to={`/models?host=${hostId}&part=states&place=${name}`}>{t("models.states.alarm.open")}</Link>
        </>
      }
    />
  );
}
