"""A model library in which the blob detector stands in for weights."""

import pytest
from tests.sources.conftest import closed_port, silent_port

from camloom.inference.base import LoadedModel
from camloom.runner import models as models_module

__all__ = ["closed_port", "silent_port"]


@pytest.fixture
def blob_everywhere(monkeypatch: pytest.MonkeyPatch, blob_model: LoadedModel) -> LoadedModel:
    """Let every task load the blob detector, whatever model it names."""
    monkeypatch.setattr(models_module, "load_model", lambda *_args: blob_model)
    monkeypatch.setattr(models_module, "find_card", lambda _name: (blob_model.card, None))
    return blob_model
