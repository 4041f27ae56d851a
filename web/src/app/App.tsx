import { QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider, Grid, theme } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import i18next from "i18next";
import { type ReactNode, useEffect, useMemo } from "react";
import { newClient } from "./asking";
import { usePreferences } from "./preferences";
import { themeOf } from "./theme";

const locales = { zh: zhCN, en: enUS };

/** Everything around the rooms: theme, language, what was fetched. */
export function Surroundings({ children }: { children: ReactNode }) {
  const { language, ground } = usePreferences();
  const phone = Grid.useBreakpoint().md === false;
  const client = useMemo(newClient, []);
  useEffect(() => {
    void i18next.changeLanguage(language);
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.documentElement.style.colorScheme = ground;
  }, [language, ground]);
  return (
    <ConfigProvider theme={themeOf(ground, phone)} locale={locales[language]}>
      <QueryClientProvider client={client}>
        <AntApp>
          <Ground>{children}</Ground>
        </AntApp>
      </QueryClientProvider>
    </ConfigProvider>
  );
}

function Ground({ children }: { children: ReactNode }) {
  const { token } = theme.useToken();
  return (
    <div
      style={{
        background: token.colorBgLayout,
        color: token.colorText,
        minHeight: "100dvh",
        fontVariantNumeric: "tabular-nums",
      }}
    >
      {children}
    </div>
  );
}
