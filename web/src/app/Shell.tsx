import { BulbOutlined, LogoutOutlined, TranslationOutlined } from "@ant-design/icons";
import { Button, Flex, Grid, Layout, Menu, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Outlet, useLocation, useNavigate } from "react-router";
import { rooms } from "../rooms";
import { prefer, usePreferences } from "./preferences";
import { may, usePerson } from "./session";
import styles from "./shell.module.css";

/** The rail of rooms (a bar below on a phone), what concerns the person, and the room. */
export function Shell({ onLogout }: { onLogout: () => void }) {
  const wide = Grid.useBreakpoint().md ?? true;
  const [folded, setFolded] = useState(false);
  const { t } = useTranslation();
  return (
    <Layout style={{ minHeight: "100dvh" }}>
      <a className={styles.skip} href="#content">
        {t("shell.skip")}
      </a>
      {wide && (
        <Layout.Sider
          theme="light"
          collapsible
          collapsed={folded}
          onCollapse={setFolded}
          width={168}
          collapsedWidth={56}
        >
          <Brand folded={folded} />
          <Rail mode="inline" />
        </Layout.Sider>
      )}
      <Layout>
        <Layout.Header className={styles.header}>
          <Person onLogout={onLogout} />
        </Layout.Header>
        <div className={wide ? undefined : styles.aboveBar}>
          <Outlet />
        </div>
      </Layout>
      {!wide && (
        <nav className={styles.bar} aria-label={t("shell.menu")}>
          <Rail mode="horizontal" />
        </nav>
      )}
    </Layout>
  );
}

function Brand({ folded }: { folded: boolean }) {
  return (
    <Link to="/" className={styles.brand}>
      <img src="/mark.svg" alt="" width={24} height={24} />
      {!folded && <span>Camloom</span>}
    </Link>
  );
}

function Rail({ mode }: { mode: "inline" | "horizontal" }) {
  const { t } = useTranslation();
  const { role } = usePerson();
  const navigate = useNavigate();
  const here = useLocation().pathname.split("/")[1] || "live";
  const items = rooms
    .filter((room) => may(role, room.least))
    .map((room) => ({ key: room.name, icon: <room.icon />, label: t(`rooms.${room.name}`) }));
  return <Menu mode={mode} selectedKeys={[here]} items={items} onClick={({ key }) => navigate(`/${key}`)} />;
}

function Person({ onLogout }: { onLogout: () => void }) {
  const { t } = useTranslation();
  const { name } = usePerson();
  const { language, ground } = usePreferences();
  const other = ground === "dark" ? "light" : "dark";
  return (
    <Flex gap={4} align="center">
      <span className={styles.name}>{name}</span>
      <Button
        type="text"
        icon={<TranslationOutlined />}
        onClick={() => prefer({ language: language === "zh" ? "en" : "zh" })}
      >
        {t("shell.language")}
      </Button>
      <Tooltip title={t(`shell.${other}`)}>
        <Button
          type="text"
          aria-label={t(`shell.${other}`)}
          icon={<BulbOutlined />}
          onClick={() => prefer({ ground: other })}
        />
      </Tooltip>
      <Tooltip title={t("shell.logout")}>
        <Button type="text" aria-label={t("shell.logout")} icon={<LogoutOutlined />} onClick={onLogout} />
      </Tooltip>
    </Flex>
  );
}
