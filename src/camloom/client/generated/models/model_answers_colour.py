from typing import Literal

ModelAnswersColour = Literal["", "BGR", "RGB"]

MODEL_ANSWERS_COLOUR_VALUES: set[ModelAnswersColour] = {
    "",
    "BGR",
    "RGB",
}


def check_model_answers_colour(value: str) -> ModelAnswersColour:
    if value in MODEL_ANSWERS_COLOUR_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MODEL_ANSWERS_COLOUR_VALUES!r}")
