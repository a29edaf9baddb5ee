"""What pages listen to: signed topics of the live process (`recolte.server.live`). An event only says « look again »."""

from uuid import UUID

from django.conf import settings
from django.core import signing

LASTS = 12 * 3600  # seconds


def live_topic(topic: UUID) -> str:
    """The address where a page hears that something changed about `topic`; empty when there is no live process."""
    return f"{settings.LIVE_URL}?topic={signing.dumps(str(topic), salt='live')}" if settings.LIVE_URL else ""


def read_topic(token: str) -> str | None:
    try:
        return str(signing.loads(token, salt="live", max_age=LASTS))
    except signing.BadSignature:
        return None
