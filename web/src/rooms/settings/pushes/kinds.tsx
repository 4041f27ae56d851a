import {
  ApiOutlined,
  BellOutlined,
  CloudServerOutlined,
  ClusterOutlined,
  DatabaseOutlined,
  DingtalkOutlined,
  HomeOutlined,
  MailOutlined,
  MessageOutlined,
  SafetyCertificateOutlined,
  SendOutlined,
  WechatWorkOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import { useSaid } from "../../../words/known";

export type KindGroup = "web" | "brokers" | "people" | "platforms" | "others";

/** The kinds that there are words for, in the order in which they are offered. */
const KNOWN: Record<string, [KindGroup, ReactNode]> = {
  mail: ["people", <MailOutlined key="i" />],
  dingtalk: ["people", <DingtalkOutlined key="i" />],
  wecom: ["people", <WechatWorkOutlined key="i" />],
  feishu: ["people", <SendOutlined key="i" />],
  sms_aliyun: ["people", <MessageOutlined key="i" />],
  sms_tencent: ["people", <MessageOutlined key="i" />],
  apprise: ["people", <BellOutlined key="i" />],
  webhook: ["web", <ApiOutlined key="i" />],
  home_assistant: ["web", <HomeOutlined key="i" />],
  mqtt: ["brokers", <ClusterOutlined key="i" />],
  kafka: ["brokers", <ClusterOutlined key="i" />],
  amqp: ["brokers", <ClusterOutlined key="i" />],
  redis: ["brokers", <DatabaseOutlined key="i" />],
  viid: ["platforms", <SafetyCertificateOutlined key="i" />],
  gb28181: ["platforms", <CloudServerOutlined key="i" />],
};
export const GROUPS: KindGroup[] = ["people", "web", "brokers", "platforms", "others"];

export const groupOf = (kind: string): KindGroup => KNOWN[kind]?.[0] ?? "others";
export const iconOf = (kind: string): ReactNode => KNOWN[kind]?.[1] ?? <SendOutlined />;
const places = Object.keys(KNOWN);
/** Where a kind stands among others. */
export const placeOf = (kind: string): number => (places.includes(kind) ? places.indexOf(kind) : places.length);

/** How a kind, and the settings of it, are called; one of somebody's own has no words here. */
export function useKindWords() {
  const said = useSaid();
  return {
    name: (kind: string) => said(`settings.pushes.kinds.${kind}`) ?? kind,
    about: (kind: string) => said(`settings.pushes.about.${kind}`),
    how: (kind: string) => said(`settings.pushes.how.${kind}`),
    setting: (place: "fields" | "help", kind: string, name: string) =>
      said(`settings.pushes.${place}.${kind}_${name}`) ?? said(`settings.pushes.${place}.${name}`),
  };
}
