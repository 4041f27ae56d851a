import { CloseOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Skeleton, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { api, data } from "../../../api/client";
import { Failed } from "../../../parts/Failed";
import { statesKey, type TaughtPlace } from "../../../parts/states";
import { useChange } from "../../settings/useChange";
import styles from "../models.module.css";

/** What the states of a place look like: the examples of each; one that is wrong can be forgotten. */
export function Examples({ hostId, place }: { hostId: string; place: TaughtPlace }) {
  const { t } = useTranslation();
  return (
    <Tabs
      destroyOnHidden
      items={Object.entries(place.states).map(([state, count]) => ({
        key: state,
        label: t("models.states.counted", { state, count }),
        children: <OfState hostId={hostId} name={place.name} state={state} />,
      }))}
    />
  );
}

function OfState({ hostId, name, state }: { hostId: string; name: string; state: string }) {
  const { t } = useTranslation();
  const path = { host_id: hostId, name };
  const key = ["examples", hostId, name, state];
  const pages = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) =>
      data(
        api.GET("/api/v1/hosts/{host_id}/states/{name}/examples", {
          params: { path, query: { state, after: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const forget = useChange(
    (example: string) =>
      api.DELETE("/api/v1/hosts/{host_id}/states/{name}/examples/{state}/{example}", {
        params: { path: { ...path, state, example } },
      }),
    { keys: [key, statesKey(hostId)] },
  );
  if (pages.isPending) return <Skeleton active />;
  const shown = pages.data?.pages.flatMap(({ examples = [] }) => examples) ?? [];
  return (
    <>
      <Failed of={pages} />
      <ul className={styles.examples} aria-label={t("models.states.examplesOf", { state })}>
        {shown.map(({ id, jpeg }, place) => (
          <li key={id}>
            <img src={`data:image/jpeg;base64,${jpeg}`} alt={`${state} ${place + 1}`} width={128} height={128} />
            <Button
              size="small"
              icon={<CloseOutlined />}
              aria-label={`${t("models.states.forget")}: ${state} ${place + 1}`}
              title={t("models.states.forget")}
              disabled={forget.isPending}
              onClick={() => forget.mutate(id)}
            />
          </li>
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button block loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t("models.states.more")}
        </Button>
      )}
    </>
  );
}
