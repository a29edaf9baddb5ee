"""Somebody took their agreement back: what names them leaves the public by itself, whoever said it of them."""

from django.utils import timezone

from recolte.cards.models import Card, Claim
from recolte.cards.naming import is_named_in, texts_of
from recolte.cards.rules import QUOTING, standings
from recolte.community.models import Person
from recolte.consent.actions import on_withdrawal
from recolte.consent.models import Purpose
from recolte.consent.rules import given, taken_back
from recolte.journal.actions import record
from recolte.publishing.actions.reports import texts_in
from recolte.publishing.models import Edition, HostLink, Report


@on_withdrawal
def take_back_name(person: Person) -> None:
    """Who may say it still sends it out again: until then it is told to nobody outside."""
    if not taken_back([person.pk], QUOTING) or Purpose.QUOTE_NAME in given([person.pk])[person.pk]:
        return
    _take_back_editions(person)
    _take_back_claims(person)


def _take_back_editions(person: Person) -> None:
    """Not a word of them is changed, so that their fingerprint holds: the team reads them, and publishes other words."""
    for edition in Edition.objects.filter(community=person.community_id, taken_back_at=None):
        if is_named_in(texts_in(edition), person):
            edition.taken_back_at = timezone.now()
            edition.save(update_fields=["taken_back_at"])
            Report.objects.filter(published=edition).update(published=None)
            record("edition.taken_back", edition, by=None, report=str(edition.report_id), number=edition.number)


def _take_back_claims(person: Person) -> None:
    """Those that were sent out to everyone, and those that a host is told, as if they had never been."""
    cards = Card.objects.filter(community=person.community_id, published_at__isnull=False)
    public, links = list(cards), list(HostLink.objects.filter(community=person.community_id))
    sent = {pk for card in public for pk in card.published["claims"]} | {pk for link in links for pk in link.told}
    naming = {
        str(one.claim.pk)
        for one in standings(Claim.objects.filter(pk__in=sent).select_related("card"))
        if is_named_in(texts_of(one), person)
    }
    for card in public:
        claims = card.published["claims"]
        above = is_named_in([card.published["title"], card.published["question"]], person)
        if gone := set(claims) if above else naming & set(claims):
            card.published["claims"] = {pk: version for pk, version in claims.items() if pk not in gone}
            card.save(update_fields=["published"])
            record("card.claims_taken_back", card, by=None, claims=len(gone))
    for link in links:
        if naming & set(link.told):
            link.told = {pk: version for pk, version in link.told.items() if pk not in naming}
            link.save(update_fields=["told"])
