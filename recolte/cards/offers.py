"""What this stage tells earlier ones: its cards and claims by their address, and how many there are."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.cards.models import Card, Claim
from recolte.cards.rules import Standing, listed, shown_to, standings
from recolte.community.models import Community, Reader
from recolte.gatherings.linked import Linked, resolves
from recolte.programme.reports import Figure, Scope, reports_on


@resolves("card", "card")
def cards(reader: Reader, ids: Collection[UUID]) -> dict[UUID, Linked]:
    found = Card.objects.readable_by(reader).filter(pk__in=ids)
    return {one.pk: Linked(one.title, one.get_absolute_url(), one.community_id, "card") for one in found}


@resolves("claim", "edit_claim", "evidence")
def claims(reader: Reader, ids: Collection[UUID]) -> dict[UUID, Linked]:
    readable = Claim.objects.filter(card__in=Card.objects.readable_by(reader), pk__in=ids)
    by_community: dict[Community, list[Standing]] = defaultdict(list)
    for held in standings(readable.select_related("card", "community")):
        by_community[held.claim.community].append(held)
    found = [held.claim for community, every in by_community.items() for held in shown_to(reader, community, every)]
    return {one.pk: Linked(one.text, one.get_absolute_url(), one.community_id, "speech") for one in found}


# The word by which a report asks for the claims of a standing, and what it counts.
STANDINGS = {
    "validated": ("enseignements-valides", gettext_lazy("claims validated")),
    "to_validate": ("enseignements-a-valider", gettext_lazy("claims to be validated")),
    "contested": ("enseignements-contestes", gettext_lazy("claims contested")),
    "unsupported": ("enseignements-plus-etayes", gettext_lazy("claims no longer supported")),
}


@reports_on(60)
def written(scope: Scope) -> Iterable[Figure]:
    """How many cards were begun on these days, where their claims stand now, and how many cards are public."""
    if scope.axes is not None:  # a card rests on words of several axes
        return
    slug, cards = scope.community.slug, Card.objects.filter(community=scope.community)
    begun = cards.begun(scope.since, scope.until)
    yield Figure("fiches", _("cards"), begun.count(), scope.url("cards", slug))
    claims = standings(Claim.objects.filter(card__in=begun).select_related("card"))
    yield Figure("enseignements", _("claims"), len(claims), scope.url("claims", slug))
    counts = Counter(one.state for one in claims)
    for state, (key, label) in STANDINGS.items():
        yield Figure(key, str(label), counts[state], scope.url("claims", slug, state=state))
    public = [
        state for _card, state, _claims in listed(cards.sent_out(scope.since, scope.until)) if state == "published"
    ]
    url = scope.url("cards", slug, state="published")
    yield Figure("fiches-publiees", _("cards published"), len(public), url, public="index.html")
