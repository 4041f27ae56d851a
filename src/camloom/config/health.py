"""When a picture is not worth analysing."""

from typing import Literal, get_args

from pydantic import Field

from camloom.config.model import StrictModel

PictureFault = Literal["black", "frozen", "covered", "moved", "blurred"]


class HealthConfig(StrictModel):
    """Faults of the picture that pause the analysis of a stream and make it degraded."""

    faults: tuple[PictureFault, ...] = Field(
        default=get_args(PictureFault), min_length=1, description="which faults pause the analysis"
    )
    hold_s: float = Field(default=5.0, ge=1, le=3600, description="for so long it must be there first")
    relearn_s: float = Field(
        default=60.0, ge=10, le=86400, description="moved: after this time the new view is the usual one"
    )
