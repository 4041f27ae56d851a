import { BulbOutlined, LogoutOutlined, TranslationOutlined, UserOutlined } from "@ant-design/icons";
import { Alert, Button, Grid, Layout, Menu, Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, Outlet, useLocation, useNavigate } from "react-router";
import { useKeys } from "../parts/keys";
import { rooms } from "../rooms";
import { useAway } from "./asking";
import { prefer, usePreferences } from "./preferences";
import { may, usePerson } from "./session";
import styles from "./shell.module.css";

interface Props {
  onLogout: () => void;
}

/** The rail of rooms with what concerns the person (on a phone a bar above and one below), and the room. */
export function Shell({ onLogout }: Props) {
  const wide = Grid.useBreakpoint().md ?? true;
  const { t } = useTranslation();
  const away = useAway();
  useKeys({ "/": findSearch });
  return (
    <Layout style={{ minHeight: "100dvh" }} className={wide ? styles.wide : styles.narrow}>
      <a className={styles.skip} href="#content">
        {t("shell.skip")}
      </a>
      {wide && <Side onLogout={onLogout} />}
      <Layout>
        {!wide && (
          <Layout.Header className={styles.header}>
            <Brand folded={false} />
            <Person onLogout={onLogout} said={false} />
          </Layout.Header>
        )}
        <div role="status">{away && <Alert banner type="warning" title={t("shell.away")} />}</div>
        <div className={wide ? undefined : styles.aboveBar}>
          <Allowed />
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

/** The room of the address; who has it not in the rail, and comes by an address, is led to the first one. */
function Allowed() {
  const { role } = usePerson();
  const here = useLocation().pathname.split("/")[1];
  const room = rooms.find(({ name }) => name === here);
  return room && !may(role, room.least) ? <Navigate to="/" replace /> : <Outlet />;
}

function Side({ onLogout }: Props) {
  const { folded } = usePreferences();
  return (
    <Layout.Sider
      className={styles.side}
      theme="light"
      collapsible
      collapsed={folded}
      onCollapse={(next) => prefer({ folded: next })}
      width={168}
      collapsedWidth={56}
    >
      <div className={styles.rail}>
        <Brand folded={folded} />
        <Rail mode="inline" />
        <div className={styles.person}>
          <Person onLogout={onLogout} said={!folded} />
        </div>
      </div>
    </Layout.Sider>
  );
}

function Brand({ folded }: { folded: boolean }) {
  return (
    <Link to="/" className={styles.brand} aria-label="Camloom">
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
  // What does not fit the bar of a phone opens by a tap, as no finger hovers, and stays with the bar: in the page it would
  // move under the finger when the page grows.
  return (
    <Menu
      mode={mode}
      triggerSubMenuAction="click"
      getPopupContainer={(node) => node.closest("nav") ?? document.body}
      selectedKeys={[here]}
      items={items}
      onClick={({ key }) => navigate(`/${key}`)}
    />
  );
}

/** Who is here, the language, dark or light, and out; in words where there is room for them. */
function Person({ onLogout, said }: Props & { said: boolean }) {
  const { t } = useTranslation();
  const { name } = usePerson();
  const navigate = useNavigate();
  const { language, ground } = usePreferences();
  const other = ground === "dark" ? "light" : "dark";
  return (
    <>
      <Way icon={<UserOutlined />} name={name} said={said} onClick={() => void navigate("/settings/account")} />
      <Way
        icon={<TranslationOutlined />}
        name={t("shell.language")}
        said={said}
        onClick={() => prefer({ language: language === "zh" ? "en" : "zh" })}
      />
      <Way icon={<BulbOutlined />} name={t(`shell.${other}`)} said={said} onClick={() => prefer({ ground: other })} />
      <Way icon={<LogoutOutlined />} name={t("shell.logout")} said={said} onClick={onLogout} />
    </>
  );
}

/** Go to the search of the room, if it has one. */
function findSearch(): boolean {
  const search = document.querySelector<HTMLInputElement>("#content input[type=search]");
  search?.focus();
  return search !== null;
}

interface WayProps {
  icon: ReactNode;
  name: string;
  said: boolean;
  onClick: () => void;
}

function Way({ icon, name, said, onClick }: WayProps) {
  const button = (
    <Button type="text" icon={icon} aria-label={name} block={said} className={styles.way} onClick={onClick}>
      {said && <span className={styles.name}>{name}</span>}
    </Button>
  );
  return said ? button : <Tooltip title={name}>{button}</Tooltip>;
}
