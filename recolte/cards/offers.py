"""What this stage tells earlier ones: its cards and claims by their address."""

from collections.abc import Collection
from uuid import UUID

from recolte.cards.models import Card, Claim
from recolte.community.models import Reader
from recolte.gatherings.linked import Linked, resolves


@resolves("card", "card")
def cards(reader: Reader, ids: Collection[UUID]) -> dict[UUID, Linked]:
    found = Card.objects.readable_by(reader).filter(pk__in=ids)
    return {one.pk: Linked(one.title, one.get_absolute_url(), one.community_id, "card") for one in found}


@resolves("claim", "edit_claim", "evidence")
def claims(reader: Reader, ids: Collection[UUID]) -> dict[UUID, Linked]:
    found = Claim.objects.filter(card__in=Card.objects.readable_by(reader), pk__in=ids)
    return {one.pk: Linked(one.text, one.get_absolute_url(), one.community_id, "speech") for one in found}
