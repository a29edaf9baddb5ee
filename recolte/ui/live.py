"""What pages listen to: signed topics of the live process (`recolte.server.live`). An event only says « look again »."""

from uuid import UUID

from django.conf import settings
from django.core import signing

# Always the same token for the same topic: a page that is renewed in part keeps its stream.
_signer = signing.Signer(salt="live")


def live_topic(topic: UUID) -> str:
    """The address where a page hears that something changed about `topic`; empty when there is no live process."""
    return f"{settings.LIVE_URL}?topic={_signer.sign(str(topic))}" if settings.LIVE_URL else ""


def read_topic(token: str) -> str | None:
    try:
        return _signer.unsign(token)
    except signing.BadSignature:
        return None
