import { Collapse } from "antd";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../../api/client";
import { useChoices } from "../../../parts/choices";
import { Field } from "../../../parts/fields/Field";
import { problemsAt } from "../../../parts/fields/problems";
import type { Kind } from "./data";
import { useKindWords } from "./kinds";
import styles from "./pushes.module.css";
import { type Named, type Settings, settingsOf, withSetting } from "./settings";

interface Props {
  kind: Kind;
  /** What the server says is wrong. */
  problems: Schemas["Problem"][];
  /** Nobody has asked for it to be sent yet: what is not given is not missed. */
  patient: boolean;
  value?: Settings;
  onChange?: (settings: Settings) => void;
}

/** The settings of a target, as its kind has them: the value of a form's field. */
export function SettingFields({ kind, problems, patient, value = {}, onChange }: Props) {
  const { t } = useTranslation();
  const words = useKindWords();
  const { cameras } = useChoices();
  const { first, rest } = settingsOf(kind, words.setting);
  const field = ([name, setting]: Named) => {
    const anew = setting.kind === "secret" && value[name] === "" && setting.optional;
    return (
      <Field
        key={name}
        id={`push-${name}`}
        setting={setting.kind === "pairs" && PER_CAMERA.has(name) ? { ...setting, offers: cameras } : setting}
        value={value[name]}
        problems={problemsAt(problems, ["settings", name])}
        patient={patient && !anew}
        onChange={(next) => onChange?.(withSetting(kind, value, name, next))}
      />
    );
  };
  return (
    <>
      <div className={styles.fields}>{first.map(field)}</div>
      {rest.length > 0 && (
        <Collapse
          ghost
          size="small"
          items={[
            {
              key: "rest",
              label: t("settings.pushes.more"),
              children: <div className={styles.fields}>{rest.map(field)}</div>,
            },
          ]}
        />
      )}
    </>
  );
}

const PER_CAMERA = new Set(["cameras", "channels"]);
