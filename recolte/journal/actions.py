import hashlib
from typing import TYPE_CHECKING

from django.db import models

from recolte.journal.models import Event

if TYPE_CHECKING:
    from recolte.community.models import User


def digest(text: str) -> str:
    """The sha256 of somebody's words: what the journal may keep of them."""
    return hashlib.sha256(text.encode()).hexdigest()


Fact = str | int | bool | None


def record(verb: str, subject: models.Model, *, by: "User | None", **facts: Fact) -> Event:
    """Write one line of the journal. `facts` are ids, hashes and numbers — never somebody's words."""
    community = getattr(subject, "community_id", None)
    if community is None and subject._meta.model_name == "community":
        community = subject.pk
    return Event.objects.create(
        verb=verb,
        by=by,
        subject=subject._meta.label_lower,
        subject_id=str(subject.pk),
        community_id=community,
        data=facts,
    )
