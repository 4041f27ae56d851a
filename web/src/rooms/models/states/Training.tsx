import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { api, data, type Schemas } from "../../../api/client";
import { Failed } from "../../../parts/Failed";
import { LEAST_EXAMPLES, statesKey, type TaughtPlace } from "../../../parts/states";
import { confusionsOf, missingOf } from "./teaching";

const SHOWN = 3;
const percent = (share: number) => Math.round(share * 100);

/** Train the model of a place, once there are examples enough; how it went. */
export function Training({ hostId, place }: { hostId: string; place: TaughtPlace }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const train = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/hosts/{host_id}/states/{name}/train", {
          params: { path: { host_id: hostId, name: place.name } },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: statesKey(hostId) }),
  });
  const missing = missingOf(place.states);
  const what = missing.map(({ state, count }) => `${state ?? t("models.states.needsState")} ${count}`).join(", ");
  return (
    <Flex vertical gap={8} align="start" aria-live="polite">
      {missing.length > 0 && (
        <Alert type="info" showIcon title={t("models.states.needsMore", { least: LEAST_EXAMPLES, what })} />
      )}
      <Button
        type={missing.length || place.model ? "default" : "primary"}
        disabled={missing.length > 0}
        loading={train.isPending}
        onClick={() => train.mutate()}
      >
        {t("models.states.train")}
      </Button>
      <Failed of={{ error: train.error }} />
      {train.data && <Trained trained={train.data} />}
    </Flex>
  );
}

function Trained({ trained }: { trained: Schemas["StateTraining"] }) {
  const { t } = useTranslation();
  const worst = trained.recalls.indexOf(Math.min(...trained.recalls));
  const title = trained.kept
    ? t("models.states.trained", { percent: percent(trained.accuracy) })
    : t("models.states.tooPoor", {
        percent: percent(trained.accuracy),
        least: percent(trained.least),
        state: trained.states[worst] ?? "",
        worst: percent(trained.recalls[worst] ?? 0),
      });
  const confused = confusionsOf(trained)
    .slice(0, SHOWN)
    .map((one) => t("models.states.confused", one));
  return (
    <Alert type={trained.kept ? "success" : "warning"} showIcon title={title} description={confused.join(" · ")} />
  );
}
