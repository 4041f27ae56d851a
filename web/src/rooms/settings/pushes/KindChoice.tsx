import { Button, Skeleton, theme } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Failed } from "../../../parts/Failed";
import { Panel } from "../Panel";
import { Back } from "./Back";
import { type Kind, useKinds } from "./data";
import { GROUPS, groupOf, iconOf, placeOf, useKindWords } from "./kinds";
import styles from "./pushes.module.css";

/** All kinds of targets: one is chosen. */
export function KindChoice() {
  const { t } = useTranslation();
  const kinds = useKinds();
  const ordered = [...(kinds.data ?? [])].sort((one, other) => placeOf(one.kind) - placeOf(other.kind));
  return (
    <>
      <Back />
      <Panel title={t("settings.pushes.choose")}>
        <Failed of={kinds} />
        {kinds.isPending && <Skeleton active />}
        {GROUPS.map((group) => {
          const mine = ordered.filter(({ kind }) => groupOf(kind) === group);
          if (!mine.length) return null;
          return (
            <section key={group} aria-label={t(`settings.pushes.groups.${group}`)}>
              <h3 style={{ fontSize: 14, margin: "0 0 8px" }}>{t(`settings.pushes.groups.${group}`)}</h3>
              <div className={styles.tiles}>
                {mine.map((kind) => (
                  <Tile key={kind.kind} kind={kind} />
                ))}
              </div>
            </section>
          );
        })}
      </Panel>
    </>
  );
}

function Tile({ kind: { kind, summary, unavailable } }: { kind: Kind }) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const navigate = useNavigate();
  const words = useKindWords();
  const about = unavailable ? t("settings.pushes.unavailable", { why: unavailable }) : (words.about(kind) ?? summary);
  return (
    <Button
      className={styles.tile}
      disabled={Boolean(unavailable)}
      icon={
        <span className={styles.icon} style={{ color: token.colorPrimary }}>
          {iconOf(kind)}
        </span>
      }
      onClick={() => navigate(`/settings/pushes/new/${kind}`)}
    >
      <span>
        <strong>{words.name(kind)}</strong>
        <br />
        <span style={{ color: token.colorTextDescription }}>{about}</span>
      </span>
    </Button>
  );
}
