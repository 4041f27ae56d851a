import { SendOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, theme } from "antd";
import { useTranslation } from "react-i18next";
import { api, data, type Schemas } from "../../../api/client";
import { usePreferences } from "../../../app/preferences";
import { Failed } from "../../../parts/Failed";
import { keep } from "../../welcome/kept";
import styles from "./pushes.module.css";
import { sayOutcome } from "./said";

interface Props {
  /** What is in the form. */
  trial: () => Schemas["PushTrial"];
  onAsk: () => void;
  onRefused: (error: Error) => void;
}

/** Send a test by what is in the form, and say in the form what became of it. */
export function TestButton({ trial, onAsk, onRefused }: Props) {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const { language } = usePreferences();
  const test = useMutation({
    mutationFn: () => {
      const { kind, language: told, settings, push_id } = trial();
      return data(api.POST("/api/v1/pushes/test", { body: { kind, language: told, settings, push_id } }));
    },
    onSuccess: ({ ok }) => ok && keep("push-tested"),
    onError: onRefused,
  });
  const ask = () => {
    onAsk();
    test.mutate();
  };
  return (
    <div aria-live="polite">
      <div style={{ display: "flex", flexWrap: "wrap", gap: 8, alignItems: "center", marginTop: 8 }}>
        <Button icon={<SendOutlined />} loading={test.isPending} onClick={ask}>
          {t("settings.pushes.test")}
        </Button>
        <span style={{ color: token.colorTextDescription }}>{t("settings.pushes.testText")}</span>
      </div>
      <div className={styles.outcome} style={{ marginTop: 8 }}>
        <Failed of={{ error: test.error }} />
        {test.data?.ok && <Alert type="success" showIcon title={t("settings.pushes.testOk")} />}
        {test.data && !test.data.ok && (
          <Alert
            type="error"
            showIcon
            title={t("settings.pushes.testFailed")}
            description={sayOutcome(test.data.message, language)}
          />
        )}
      </div>
    </div>
  );
}
