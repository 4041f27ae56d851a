from typing import Literal

ModelFieldCertainty = Literal["guess", "likely", "sure", "unknown"]

MODEL_FIELD_CERTAINTY_VALUES: set[ModelFieldCertainty] = {
    "guess",
    "likely",
    "sure",
    "unknown",
}


def check_model_field_certainty(value: str) -> ModelFieldCertainty:
    if value in MODEL_FIELD_CERTAINTY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MODEL_FIELD_CERTAINTY_VALUES!r}")
