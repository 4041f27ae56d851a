"""What an administrator sets before the start, by `CAMLOOM_...` in the environment."""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from camloom.exchange.local import LOCAL_HOST


class AgentSettings(BaseSettings):
    """Where things are kept, and which host this is."""

    model_config = SettingsConfigDict(env_prefix="CAMLOOM_", extra="ignore")

    data: Path = Field(
        default_factory=lambda: user_data_path("camloom", appauthor=False), description="folder of everything kept"
    )
    host_id: str = Field(default=LOCAL_HOST, min_length=1, max_length=64, description="of this host")
    workers: int = Field(default=1, ge=1, le=64, description="processes that share the streams")
    more_sources: tuple[str, ...] = Field(
        default=(), description="schemes of sources that tasks may name besides cameras, such as gst"
    )

    evidence_days: int = Field(
        default=30, ge=1, le=3660, description="so long stays what no server has taken of an alarm's files"
    )

    @property
    def exchange(self) -> Path:
        """File through which the server and the engine of this host talk."""
        return self.data / "exchange.db"

    @property
    def streams(self) -> Path:
        """Folder of what the streams write, one for each task."""
        return self.data / "streams"
