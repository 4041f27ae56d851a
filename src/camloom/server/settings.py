"""What an administrator sets before the start, by `CAMLOOM_...` in the environment."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class OidcSettings(BaseSettings):
    """Logging in by an identity provider (OpenID Connect), by `CAMLOOM_OIDC_...`; without an issuer there is none."""

    model_config = SettingsConfigDict(env_prefix="CAMLOOM_OIDC_", extra="ignore")

    issuer: str = Field(default="", max_length=255, description="of the provider, exactly as it calls itself")
    client_id: str = Field(default="", description="of Camloom at the provider")
    secret_file: Path | None = Field(default=None, description="file with the secret of a confidential client")
    ca_file: Path | None = Field(default=None, description="certificates of a private authority that the provider has")
    scopes: str = Field(default="openid profile email", description="what is asked for")
    claim: str = Field(default="groups", description="of the ID token that says what somebody is: a.b for nested ones")
    roles: Annotated[dict[str, Literal["viewer", "operator", "administrator"]], NoDecode] = Field(
        default_factory=dict, description="JSON: values of the claim and the role of each; `*`: of anybody"
    )
    groups: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict, description="JSON: values of the claim and the camera group each sees; `*`: anybody, all"
    )
    domains: str = Field(default="", description="only people with confirmed mail addresses in these, by commas")
    label: str = Field(default="OpenID", min_length=1, max_length=40, description="on the button of the login page")

    @field_validator("roles", "groups", mode="before")
    @classmethod
    def _decoded(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError("must be JSON") from None


class ServerSettings(BaseSettings):
    """Where things are kept and who may knock."""

    model_config = SettingsConfigDict(env_prefix="CAMLOOM_", extra="ignore")

    data: Path = Field(
        default_factory=lambda: user_data_path("camloom", appauthor=False), description="folder of everything kept"
    )
    host: str = Field(default="127.0.0.1", description="address to listen on; 0.0.0.0: all")
    port: int = Field(default=8780, ge=0, le=65_535)
    database_url: SecretStr | None = Field(
        default=None, description="postgresql+psycopg://... ; default: SQLite in the data folder"
    )
    media_url: str = Field(default="", description="s3://bucket/prefix for pictures and clips; default: a folder")
    public_url: str = Field(default="", description="as browsers and receivers of pushes see this server")
    proxies: str = Field(default="127.0.0.1", description="addresses of proxies whose X-Forwarded-... is believed")
    push_allow: str = Field(
        default="",
        description="receivers of pushes that may be called although they are this machine: names, addresses, networks",
    )
    session_idle_h: float = Field(default=12, gt=0, description="a session ends when nobody uses it for so long")
    session_max_h: float = Field(default=168, gt=0, description="a session ends after so long in any case")
    audit_days: int = Field(default=365, ge=1, description="so long it is known who did what")
    oidc: OidcSettings = Field(default_factory=OidcSettings, description="an identity provider")

    @property
    def database(self) -> str:
        """URL of the database."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data / 'camloom.db'}"

    @property
    def address(self) -> str:
        """Where people find this server, without a slash at the end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::", ""} else self.host  # noqa: S104  # to be shown
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def exchange(self) -> Path:
        """File through which the server and the engine of this host talk."""
        return self.data / "exchange.db"

    @property
    def media(self) -> str:
        """URL of the place of pictures and clips."""
        return self.media_url or (self.data / "media").absolute().as_uri()
