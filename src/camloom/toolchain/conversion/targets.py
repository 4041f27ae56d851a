"""The formats that `camloom models convert` writes."""

from pathlib import Path
from typing import ClassVar

from camloom import plugins
from camloom.errors import ConfigError, ModelError
from camloom.inference.card import ModelCard
from camloom.inference.runtimes.openvino import OpenVinoRuntime
from camloom.toolchain.conversion.converters import Converted, Converter
from camloom.toolchain.conversion.to_ncnn import ToNcnn


class ToOnnx:
    """Simplified ONNX."""

    reads: ClassVar[tuple[str, ...]] = (".onnx",)

    @classmethod
    def unavailable(cls) -> str:
        """Say why it cannot work here."""
        return ""

    def convert(self, source: Path, card: ModelCard, stem: Path) -> Converted:
        """Copy the file, which came simplified."""
        del card
        file = stem.with_name(f"{stem.name}.onnx")
        file.write_bytes(source.read_bytes())
        return Converted("any", file)


class ToOpenVino:
    """OpenVINO IR with float32 weights."""

    reads: ClassVar[tuple[str, ...]] = (".onnx", ".xml", ".tflite", ".pb", ".pdmodel")
    _fp16: ClassVar[bool] = False

    @classmethod
    def unavailable(cls) -> str:
        """Say why it cannot work here."""
        return OpenVinoRuntime.unavailable()

    def convert(self, source: Path, card: ModelCard, stem: Path) -> Converted:
        """Read the model with OpenVINO and save it as IR: an .xml and a .bin beside it."""
        import openvino as ov

        file = stem.with_name(f"{stem.name}.xml")
        try:
            ov.save_model(ov.Core().read_model(source), file, compress_to_fp16=self._fp16)
        except RuntimeError as error:
            reason = str(error).strip().splitlines()[-1][:200]
            raise ModelError(f"OpenVINO cannot convert {source.name} of card '{card.name}': {reason}") from error
        return Converted("openvino", file, "fp16" if self._fp16 else None)


class ToOpenVinoFp16(ToOpenVino):
    """OpenVINO IR with float16 weights: half the size; the arithmetic is the device's."""

    _fp16: ClassVar[bool] = True


_BUILT_IN: dict[str, type[Converter]] = {
    "onnx": ToOnnx,
    "openvino": ToOpenVino,
    "openvino-fp16": ToOpenVinoFp16,
    "ncnn": ToNcnn,
}


def target_names() -> list[str]:
    """Return all targets: our own and those of installed vendors."""
    return sorted({*_BUILT_IN, *plugins.names("converters")})


def find_converter(target: str) -> Converter:
    """Return the converter for a target; ConfigError or PluginError if there is none that works here."""
    found = _BUILT_IN.get(target)
    if found is None and target in plugins.names("converters"):
        found = plugins.load_available("converters", target)
    if found is None:
        raise ConfigError(f"there is no target '{target}'", f"Known: {', '.join(target_names())}")
    return found()
