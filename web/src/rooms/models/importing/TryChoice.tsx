import { PictureOutlined } from "@ant-design/icons";
import { Button, Flex, Segmented, Select, Upload } from "antd";
import { useTranslation } from "react-i18next";
import { Refused, type Schemas } from "../../../api/client";
import { useCameras } from "../../../parts/cameras/queries";
import { jpegOf } from "../../../parts/picture/jpeg";

export type TryOn = Schemas["TryOn"];
export type Kind = "sample" | "camera" | "picture";

export interface Choice {
  kind: Kind;
  on: TryOn;
}

const NOTHING: TryOn = { camera_id: "", picture: "" };
export const SAMPLE: Choice = { kind: "sample", on: NOTHING };
export const CAMERA: Choice = { kind: "camera", on: NOTHING };

/** Whether something was chosen to try a model on. */
export const isChosen = ({ kind, on }: Choice): boolean =>
  kind === "sample" || Boolean(kind === "camera" ? on.camera_id : on.picture);

interface Props {
  hostId: string;
  value: Choice;
  /** What it may be. */
  kinds?: Kind[];
  label?: string;
  onChange: (choice: Choice) => void;
  onBad: (error: Error) => void;
}

const ALL: Kind[] = ["sample", "camera", "picture"];
const NAMES = { sample: "models.trySample", camera: "models.tryCamera", picture: "models.tryPicture" } as const;

/** The picture to try a model on: a sample, a camera's of now, or one's own. */
export function TryChoice({ hostId, value, kinds = ALL, label, onChange, onBad }: Props) {
  const { t } = useTranslation();
  const cameras = useCameras(false);
  const here = cameras.data?.filter(({ host_id }) => host_id === hostId) ?? [];
  return (
    <Flex gap={8} wrap align="center">
      <Segmented<Kind>
        aria-label={label ?? t("models.tryOn")}
        value={value.kind}
        onChange={(kind) => onChange({ kind, on: NOTHING })}
        options={kinds.map((kind) => ({ value: kind, label: t(NAMES[kind]) }))}
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
              .catch(() => onBad(new Refused(0, "not-a-picture", t("models.notAPicture"), "")));
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
