from typing import Literal

OidcReturnLanguage = Literal["en", "zh"]

OIDC_RETURN_LANGUAGE_VALUES: set[OidcReturnLanguage] = {
    "en",
    "zh",
}


def check_oidc_return_language(value: str) -> OidcReturnLanguage:
    if value in OIDC_RETURN_LANGUAGE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {OIDC_RETURN_LANGUAGE_VALUES!r}")
