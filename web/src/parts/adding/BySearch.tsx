import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Form, Input, Progress } from "antd";
import { useTranslation } from "react-i18next";
import { api, data, type Schemas } from "../../api/client";
import { usePreferences } from "../../app/preferences";
import { sayTold } from "../../words/told";
import { streamLine, withLogin } from "../cameras/camera";
import { Failed } from "../Failed";
import { NextStep } from "../NextStep";
import { type Draft, draftOf, type FoundCamera } from "./draft";
import { useSeconds } from "./useSeconds";

type SearchOut = Schemas["SearchOut"];

interface Values {
  user?: string;
  password?: string;
  addresses?: string;
}

const SECONDS = 5;

/** Cameras that answer in the network of the host. */
export function BySearch({ onDraft }: { onDraft: (draft: Draft) => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const search = useMutation({ mutationFn: look });
  const choose = (camera: FoundCamera) => {
    const { user = "", password = "" } = form.getFieldsValue();
    onDraft(draftOf(camera, (url) => withLogin(url, user, password)));
  };
  return (
    <>
      <Form<Values>
        form={form}
        layout="vertical"
        onFinish={(values) => search.mutate(values)}
        style={{ maxWidth: 560 }}
      >
        <p>{t("adding.searchHelp")}</p>
        <Form.Item name="user" label={t("adding.user")}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="password" label={t("adding.password")} extra={t("adding.searchPassword")}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="addresses" label={t("adding.addresses")} extra={t("adding.addressesHelp")}>
          <Input autoComplete="off" placeholder="192.168.1.64, 192.168.1.65" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={search.isPending}>
          {t(search.data ? "adding.searchAgain" : "adding.search")}
        </Button>
      </Form>
      <div style={{ marginTop: 24 }} aria-live="polite">
        {search.isPending && <Searching />}
        {search.isError && <Failed of={{ error: search.error }} />}
        {search.data && !search.isPending && <Found {...search.data} onChoose={choose} />}
      </div>
    </>
  );
}

async function look({ user = "", password = "", addresses = "" }: Values) {
  const asked = addresses.split(/[\s,;]+/).filter(Boolean);
  const body = { seconds: SECONDS, user, password, addresses: asked };
  return data(api.POST("/api/v1/cameras/discover", { body }));
}

function Searching() {
  const { t } = useTranslation();
  const seconds = useSeconds();
  return (
    <Flex vertical style={{ maxWidth: 560 }}>
      <span>{t("adding.searching")}</span>
      <Progress
        percent={Math.min(95, (seconds / (SECONDS + 3)) * 100)}
        showInfo={false}
        aria-label={t("adding.searching")}
      />
    </Flex>
  );
}

interface FoundProps extends SearchOut {
  onChoose: (camera: FoundCamera) => void;
}

function Found({ found: cameras, problems, reasons, onChoose }: FoundProps) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (
    <Flex vertical gap={8}>
      {Object.entries(problems).map(([who, problem]) => (
        <Alert
          key={who}
          type="warning"
          showIcon
          title={`${who}: ${language === "zh" ? sayTold({ code: reasons[who] }, problem) : problem}`}
        />
      ))}
      {cameras.length === 0 && <NextStep text={t("adding.foundNone")} />}
      {cameras.map((camera) => (
        <Card key={camera.url} size="small">
          <Flex justify="space-between" align="center" gap={16} wrap>
            <div>
              <strong>
                {[camera.vendor, camera.model].filter(Boolean).join(" ") || camera.name || camera.address}
              </strong>
              <div>{camera.address}</div>
              {camera.streams.map((stream) => (
                <div key={stream.token}>{[stream.role, streamLine(stream)].filter(Boolean).join(": ")}</div>
              ))}
              {camera.note && <div>{camera.note}</div>}
            </div>
            <Button onClick={() => onChoose(camera)} aria-label={t("adding.chooseThis", { name: camera.address })}>
              {t("adding.choose")}
            </Button>
          </Flex>
        </Card>
      ))}
    </Flex>
  );
}
