"""What goes to the API and what comes from it."""

from camloom.client.generated.models import *  # noqa: F403
