import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Skeleton, Typography } from "antd";
import { Activity } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import { api, data, keepToken, Refused, type Schemas } from "../api/client";
import { AccountForm, Door } from "../rooms/entrance/Door";
import { Provider, Returned } from "../rooms/entrance/Provider";
import { useSay } from "../rooms/entrance/useSay";
import { ME, useAway } from "./asking";
import { language } from "./preferences";
import { Shell } from "./Shell";
import { SessionProvider } from "./session";

type Me = Schemas["Me"];
const AGAIN_MS = 3_000;

/** The door: whoever has no session sees the login, with a link that was printed what it is for, else the shell. */
export function Entrance() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const away = useAway();
  const me = useQuery({
    queryKey: ME,
    queryFn: askWhoIAm,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: away && AGAIN_MS, // so one knows when it is back
  });
  if (pathname === "/setup") return <Setup />;
  if (pathname === "/reset") return <Reset />;
  if (pathname === "/oidc") return <FromProvider />;
  if (me.isPending) return <Skeleton active style={{ padding: 32 }} />;
  const shut = me.error instanceof Refused && me.error.status === 401;
  if (me.data)
    return (
      <>
        {shut && <Login back={me.data.name} />}
        {/* Out of sight, asking nothing: who comes back finds what was being filled in. */}
        <Activity key={me.data.account_id} mode={shut ? "hidden" : "visible"}>
          <Inside me={me.data} />
        </Activity>
      </>
    );
  if (shut) return <Login />;
  return (
    <Door title="Camloom">
      <Alert type="error" title={t("entrance.away")} style={{ marginBottom: 16 }} />
      <Button onClick={() => me.refetch()}>{t("entrance.retry")}</Button>
    </Door>
  );
}

async function askWhoIAm(): Promise<Me> {
  const me = await data(api.GET("/api/v1/me"));
  keepToken(me.csrf);
  return me;
}

function Inside({ me }: { me: Me }) {
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: () => data(api.POST("/api/v1/logout")),
    onSuccess: ({ url }) => url && window.location.assign(url), // the session at the identity provider ends too
    onSettled: () => client.resetQueries(), // of this person nothing is left for the next one
  });
  return (
    <SessionProvider person={{ id: me.account_id, name: me.name, role: me.role, hasPassword: me.has_password }}>
      <Shell onLogout={() => leave.mutate()} />
    </SessionProvider>
  );
}

/** Let a person in: what the server says of them is what the shell shows. */
function useEnter() {
  const client = useQueryClient();
  return (me: Me) => {
    keepToken(me.csrf);
    const others = { predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[0] !== ME[0] };
    if (client.getQueryData<Me>(ME)?.account_id === me.account_id) void client.invalidateQueries(others);
    else client.removeQueries(others); // who waits at the door watches ME
    client.setQueryData(ME, me);
  };
}

/** The login; with the name of whoever was here until their session was over. */
function Login({ back }: { back?: string }) {
  const { t } = useTranslation();
  const enter = useEnter();
  const say = useSay();
  const login = useMutation({
    mutationFn: (body: Schemas["LoginRequest"]) => data(api.POST("/api/v1/login", { body })),
    onSuccess: enter,
  });
  const refused = login.error instanceof Refused && login.error.status === 401 ? t("entrance.wrong") : say(login.error);
  return (
    <Door title={t("entrance.login")} text={back && t("entrance.over", { name: back })}>
      <AccountForm
        button={t("entrance.login")}
        twice={false}
        busy={login.isPending}
        error={refused}
        onDone={(values) => login.mutate(values)}
      />
      {login.isError && (
        <Typography.Paragraph type="secondary" style={{ margin: "16px 0 0" }}>
          {t("entrance.lost")}
        </Typography.Paragraph>
      )}
      <Provider />
    </Door>
  );
}

/** Back from the identity provider. */
function FromProvider() {
  const enter = useEnter();
  const navigate = useNavigate();
  return (
    <Returned
      onDone={(me) => {
        enter(me);
        void navigate("/", { replace: true }); // the code is used up: not even the history keeps it
      }}
    />
  );
}

function Setup() {
  const { t } = useTranslation();
  const enter = useEnter();
  const say = useSay();
  const navigate = useNavigate();
  const token = useLocation().hash.slice(1);
  const setup = useMutation({
    mutationFn: (values: { name: string; password: string }) =>
      data(api.POST("/api/v1/setup", { body: { ...values, token, language: language() } })),
    onSuccess: (me) => {
      enter(me);
      void navigate("/", { replace: true }); // the token is used up: not even the history keeps it
    },
  });
  if (!token) return <Door title={t("entrance.setup")} text={t("entrance.noLink")} children={null} />;
  return (
    <Door title={t("entrance.setup")} text={t("entrance.setupText")}>
      <AccountForm
        button={t("entrance.make")}
        twice
        busy={setup.isPending}
        error={say(setup.error)}
        onDone={({ name, password }) => setup.mutate({ name, password })}
      />
    </Door>
  );
}

/** A new password, by the link that `camloom server reset-password` prints. */
function Reset() {
  const { t } = useTranslation();
  const enter = useEnter();
  const say = useSay();
  const navigate = useNavigate();
  const token = useLocation().hash.slice(1);
  const reset = useMutation({
    mutationFn: ({ password }: { password: string }) => data(api.POST("/api/v1/reset", { body: { password, token } })),
    onSuccess: (me) => {
      enter(me);
      void navigate("/", { replace: true }); // the token is used up: not even the history keeps it
    },
  });
  return (
    <Door title={t("entrance.reset")} text={t(token ? "entrance.resetText" : "entrance.lost")}>
      {token && (
        <AccountForm
          button={t("entrance.keep")}
          twice
          named={false}
          busy={reset.isPending}
          error={say(reset.error)}
          onDone={({ password }) => reset.mutate({ password })}
        />
      )}
    </Door>
  );
}
