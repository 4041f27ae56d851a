"""Addresses of people."""

from typing import Annotated

from pydantic import Field

# Plain addresses only: what a mail server might read as more than one has no place in an envelope.
Address = Annotated[
    str, Field(max_length=254, pattern=r"^[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9\-.]{0,251}[A-Za-z0-9])?$")
]
"""An address of mail, such as `ann@example.com`."""
