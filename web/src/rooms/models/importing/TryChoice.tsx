import { PictureOutlined } from "@ant-design/icons";
import { Button, Flex, Segmented, Select, Upload } from "antd";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../../api/client";
import { useCameras } from "../../../parts/cameras/queries";
import { jpegOf } from "./picture";

export type TryOn = Schemas["TryOn"];
type Kind = "sample" | "camera" | "picture";

export interface Choice {
  kind: Kind;
  on: TryOn;
}

const NOTHING: TryOn = { camera_id: "", picture: "" };
export const SAMPLE: Choice = { kind: "sample", on: NOTHING };

/** Whether something was chosen to try a model on. */
export const isChosen = ({ kind, on }: Choice): boolean =>
  kind === "sample" || Boolean(kind === "camera" ? on.camera_id : on.picture);

interface Props {
  hostId: string;
  value: Choice;
  onChange: (choice: Choice) => void;
  onBad: (error: Error) => void;
}

/** The picture to try a model on: a sample, a camera's of now, or one's own. */
export function TryChoice({ hostId, value, onChange, onBad }: Props) {
  const { t } = useTranslation();
  const cameras = useCameras(false);
  const here = cameras.data?.filter(({ host_id }) => host_id === hostId) ?? [];
  return (
    <Flex gap={8} wrap align="center">
      <Segmented<Kind>
        aria-label={t("models.tryOn")}
        value={value.kind}
        onChange={(kind) => onChange({ kind, on: NOTHING })}
        options={[
          { value: "sample", label: t("models.trySample") },
          { value: "camera", label: t("models.tryCamera") },
          { value: "picture", label: t("models.tryPicture") },
        ]}
      />
      {value.kind === "camera" && (
        <Select
          aria-label={t("models.tryCamera")}
          placeholder={t("models.tryCamera")}
          showSearch={{ optionFilterProp: "label" }}
          style={{ minWidth: 180 }}
          value={value.on.camera_id || undefined}
          onChange={(camera_id) => onChange({ kind: "camera", on: { ...NOTHING, camera_id } })}
          options={here.map(({ id, name }) => ({ value: id, label: name }))}
        />
      )}
      {value.kind === "picture" && (
        <Upload
          accept="image/*"
          showUploadList={false}
          beforeUpload={(file) => {
            jpegOf(file)
              .then((picture) => onChange({ kind: "picture", on: { ...NOTHING, picture } }))
              .catch(() => onBad(new Error("not a picture")));
            return false; // sent by ourselves
          }}
        >
          <Button icon={<PictureOutlined />}>
            {t(value.on.picture ? "models.otherPicture" : "models.pickPicture")}
          </Button>
        </Upload>
      )}
    </Flex>
  );
}
