"""The engine under a server: does what is wanted of its host, and tells how it is and what happens."""

from camloom.agent.run import run_agent
from camloom.agent.settings import AgentSettings

__all__ = ["AgentSettings", "run_agent"]
