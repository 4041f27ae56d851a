import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Divider, Spin } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { api, data, type Schemas } from "../../api/client";
import { language } from "../../app/preferences";
import { Door } from "./Door";
import { useSay } from "./useSay";

/** The way in by an identity provider, where there is one. */
export function Provider() {
  const { t } = useTranslation();
  const say = useSay();
  const info = useQuery({
    queryKey: ["oidc"],
    queryFn: () => data(api.GET("/api/v1/oidc")),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const begin = useMutation({
    mutationFn: () => data(api.POST("/api/v1/oidc/begin")),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  if (!info.data?.label) return null;
  return (
    <>
      <Divider plain>{t("entrance.or")}</Divider>
      {begin.isError && <Alert type="error" title={say(begin.error)} style={{ marginBottom: 16 }} role="alert" />}
      <Button block loading={begin.isPending || begin.isSuccess} onClick={() => begin.mutate()}>
        {t("entrance.by", { label: info.data.label })}
      </Button>
    </>
  );
}

/** Back from the identity provider: what it sent along is handed to the server, once. */
export function Returned({ onDone }: { onDone: (me: Schemas["Me"]) => void }) {
  const { t } = useTranslation();
  const say = useSay();
  const told = new URLSearchParams(useLocation().search);
  const [code, state, iss] = [told.get("code"), told.get("state"), told.get("iss") ?? ""];
  const complete = Boolean(code && state);
  const finish = useMutation({
    mutationFn: (body: Schemas["OidcReturn"]) => data(api.POST("/api/v1/oidc/finish", { body })),
    onSuccess: onDone,
  });
  const begun = useRef(false); // in development React runs effects twice, and a code works once
  useEffect(() => {
    if (begun.current || !code || !state) return;
    begun.current = true;
    finish.mutate({ code, state, iss, language: language() });
  }, [code, state, iss, finish.mutate]);
  const trouble = complete ? say(finish.error) : t("entrance.notConfirmed");
  return (
    <Door title={t("entrance.login")}>
      {trouble ? (
        <>
          <Alert type="error" title={trouble} style={{ marginBottom: 16 }} role="alert" />
          <Link to="/" replace>
            {t("entrance.begin")}
          </Link>
        </>
      ) : (
        <Spin aria-label={t("entrance.login")} />
      )}
    </Door>
  );
}
