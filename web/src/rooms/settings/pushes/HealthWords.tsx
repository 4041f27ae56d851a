import { Tag, theme } from "antd";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../../../app/preferences";
import { useWhen } from "../../../parts/moments";
import type { Health } from "./data";
import { type State, stateOf } from "./health";
import { sayOutcome } from "./said";

const COLOURS: Record<State, string> = { well: "default", failing: "error", paused: "default", new: "default" };

/** How a target is, in a word. */
export function StateTag({ target }: { target: Health }) {
  const { t } = useTranslation();
  const state = stateOf(target);
  return <Tag color={COLOURS[state]}>{t(`settings.pushes.state.${state}`)}</Tag>;
}

/** How a target is: what was delivered last, what waits, and what is wrong. */
export function HealthWords({ target }: { target: Health }) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const { language } = usePreferences();
  const when = useWhen();
  const { last_ok_at, failing_since, last_error, waiting, lost, next_at, enabled } = target;
  const told = [
    last_ok_at ? t("settings.pushes.lastOk", { when: when(last_ok_at) }) : t("settings.pushes.neverOk"),
    waiting > 0 && t("settings.pushes.waiting", { count: waiting }),
    lost > 0 && t("settings.pushes.lost", { count: lost }),
  ];
  const wrong = [
    failing_since && t("settings.pushes.failingSince", { when: when(failing_since) }),
    last_error && sayOutcome(last_error, language),
  ];
  const next = enabled && failing_since && next_at && t("settings.pushes.nextAt", { when: when(next_at) });
  return (
    <>
      <div style={{ color: token.colorTextDescription }}>{told.filter(Boolean).join(" · ")}</div>
      {failing_since && (
        <div>
          <span style={{ color: token.colorError }}>{wrong.filter(Boolean).join(" · ")}</span>
          {next && <span style={{ color: token.colorTextDescription }}> · {next}</span>}
        </div>
      )}
    </>
  );
}
