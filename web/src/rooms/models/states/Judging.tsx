import { useMutation } from "@tanstack/react-query";
import { Button, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { api, data, type Schemas } from "../../../api/client";
import { useComplaint } from "../../../parts/complaint";
import { type Choice, isChosen } from "../importing/TryChoice";

/** Which state a picture shows, as the model says. */
export function Judging({ hostId, name, choice }: { hostId: string; name: string; choice: Choice }) {
  const { t } = useTranslation();
  const judge = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/v1/hosts/{host_id}/states/{name}/judge", {
          params: { path: { host_id: hostId, name } },
          body: choice.on,
        }),
      ),
    onError: useComplaint(),
  });
  return (
    <>
      <Button disabled={!isChosen(choice)} loading={judge.isPending} onClick={() => judge.mutate()}>
        {t("models.states.judge")}
      </Button>
      <span aria-live="polite">{judge.data && <Judgement said={judge.data} />}</span>
    </>
  );
}

function Judgement({ said: { state, probability, reason } }: { said: Schemas["StateJudgement"] }) {
  const { t } = useTranslation();
  if (state)
    return <Tag color="blue">{t("models.states.judged", { state, percent: Math.round(probability * 100) })}</Tag>;
  return <>{t(reason === "light" ? "models.states.unknownLight" : "models.states.unknownUnlike")}</>;
}
