from typing import Any

from django.utils import timezone

from recolte.jobs.actions import Running, job
from recolte.programme.actions import remind_of_ends


@job("programme.remind_expiry", nightly=True)
def remind_expiry(running: Running) -> dict[str, Any]:
    """Tell those who coordinate of the agreements that end soon, once each."""
    return {"agreements": remind_of_ends(timezone.localdate())}
