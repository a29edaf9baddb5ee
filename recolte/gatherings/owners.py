"""Whom something can be given to in a community: its members, and the people who have no account."""

from uuid import UUID

from recolte.community.models import Community, Person, User
from recolte.ui.sorting import Folded


def owner_choices(community: Community) -> list[tuple[str, str]]:
    """Members by name, then people without an account, each with their structure."""
    members = User.objects.filter(memberships__community=community).order_by(Folded("name"), "email")
    people = Person.objects.filter(community=community, user=None).select_related("organisation")
    named = [(str(one.pk), f"{one} · {one.organisation}" if one.organisation else str(one)) for one in people]
    return [*((str(one.pk), str(one)) for one in members), *named]


def owner_of(community: Community, pk: UUID) -> User | Person | None:
    """Who has this id, if it is one of `owner_choices`."""
    member = User.objects.filter(memberships__community=community, pk=pk).first()
    return member or Person.objects.filter(community=community, user=None, pk=pk).first()
