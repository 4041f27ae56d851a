from typing import Literal

ModelAnswersFit = Literal["", "letterbox", "stretch"]

MODEL_ANSWERS_FIT_VALUES: set[ModelAnswersFit] = {
    "",
    "letterbox",
    "stretch",
}


def check_model_answers_fit(value: str) -> ModelAnswersFit:
    if value in MODEL_ANSWERS_FIT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MODEL_ANSWERS_FIT_VALUES!r}")
