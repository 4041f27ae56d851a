import { Flex, Grid, Menu, Select, Skeleton, theme } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Route, Routes, useLocation, useNavigate } from "react-router";
import { may, usePerson } from "../../app/session";
import { Page } from "../../parts/Page";
import { sections } from "./sections";

const pages = sections.map((section) => ({ ...section, Page: lazy(section.page) }));

/** The room of settings: its pages at the side, on a phone in a list above. */
export function Component() {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const { role } = usePerson();
  const wide = Grid.useBreakpoint().md ?? true;
  const navigate = useNavigate();
  const here = useLocation().pathname.split("/")[2];
  const mine = pages.filter(({ least }) => may(role, least));
  const choices = mine.map(({ name }) => ({ key: name, value: name, label: t(`settings.sections.${name}`) }));
  return (
    <Page title={t("rooms.settings")}>
      <Flex gap={16} align="start" vertical={!wide}>
        {wide ? (
          <nav aria-label={t("rooms.settings")} style={{ flex: "0 0 176px" }}>
            <Menu
              selectedKeys={here ? [here] : []}
              items={choices.map(({ key, label }) => ({ key, label }))}
              onClick={({ key }) => navigate(`/settings/${key}`)}
              style={{ borderRadius: token.borderRadius, border: 0 }}
            />
          </nav>
        ) : (
          <Select
            aria-label={t("rooms.settings")}
            value={here}
            options={choices.map(({ value, label }) => ({ value, label }))}
            onChange={(name) => navigate(`/settings/${name}`)}
            style={{ width: "100%" }}
          />
        )}
        <div style={{ flex: 1, minWidth: 0, width: "100%", maxWidth: 1080 }}>
          <Suspense fallback={<Skeleton active paragraph={{ rows: 8 }} />}>
            <Routes>
              {mine.map(({ name, Page: One }) => (
                <Route key={name} path={`${name}/*`} element={<One />} />
              ))}
              <Route path="*" element={<Navigate to="/settings/account" replace />} />
            </Routes>
          </Suspense>
        </div>
      </Flex>
    </Page>
  );
}
