from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recolte.cards.models import Claim, Evidence
from recolte.cards.rules import standings
from recolte.cards.words import never_asked
from recolte.coding.models import Excerpt
from recolte.community.models import Community, Membership, Person, Role, User
from recolte.community.rules import READS_ONLY, TEAM
from recolte.ui.context import Awaiting, Stop, awaits_me, waits_for


@waits_for(30)
def agreements(request: HttpRequest) -> Stop | None:
    """For the team: who is heard in what was brought, and was never asked whether the community may hear it."""
    if not isinstance(request.user, User):
        return None
    people = Person.objects.filter(community=OuterRef("pk")).order_by()
    waiting = Subquery(never_asked(people).values("community").annotate(n=Count("pk")).values("n"))
    communities = Community.objects.filter(memberships__user=request.user, memberships__role__in=TEAM)
    found = list(
        communities.filter(Exists(people)).annotate(waiting=waiting).order_by("name").values_list("slug", "waiting")
    )
    if not found:
        return None
    urls = [reverse("persons", args=[slug]) for slug, _waiting in found]
    first = next((url for url, (_slug, waits) in zip(urls, found, strict=True) if waits), urls[0])
    here = request.path in urls or request.path.startswith("/personnes/")
    return Stop(_("Agreements"), first, "consent", sum(waits or 0 for _slug, waits in found), current=here)


@waits_for(80)
def cards(request: HttpRequest) -> Stop | None:
    """Once there are passages that a claim could rest on."""
    marked = Excerpt.objects.filter(community__in=Community.objects.readable_by(request.user))
    slug = marked.order_by("id").values_list("community__slug", flat=True).first()
    if not slug:
        return None
    is_here = request.path.startswith(("/fiches/", "/enseignements/")) or request.path.endswith("/fiches/")
    return Stop(_("Cards"), reverse("cards", args=[slug]), "card", current=is_here)


MOST = 5  # of a kind, on somebody's page
LATEST = 60  # claims that are looked at for what waits


@awaits_me(10)
def my_answers(request: HttpRequest) -> Iterator[Awaiting]:
    """The claims that rest on my words, and that I have not answered."""
    mine = request.user.persons.all()  # type: ignore[union-attr]
    excerpts = Excerpt.objects.filter(person__in=mine) | Excerpt.objects.filter(
        transcript__speakers__person__in=mine, start__isnull=False
    )
    claims = Claim.objects.filter(pk__in=Evidence.objects.filter(excerpt__in=excerpts).values("claim"))
    count = sum(
        1
        for one in standings(claims)
        if any(asked.person.user_id == request.user.pk and not asked.answer for asked in one.asked)
    )
    if count:
        why = ngettext(
            "%(n)d claim rests on your words: say whether it is right",
            "%(n)d claims rest on your words: say whether they are right",
            count,
        )
        yield Awaiting(_("My words"), reverse("my_words"), "quote", why % {"n": count})


@awaits_me(20)
def notes_to_read_back(request: HttpRequest) -> Iterator[Awaiting]:
    """Notes that bear a claim, brought by somebody else, that nobody who was there has read back."""
    waiting = Excerpt.objects.readable_by(request.user).filter(
        source__kind__in=["document", "transcript"], evidence__isnull=False
    )
    where = Membership.objects.filter(user=request.user.pk).exclude(role__in=READS_ONLY).values("community")
    waiting = waiting.filter(read_back_at=None, struck_at=None, community__in=where)
    waiting = waiting.exclude(source__deposit__by=request.user.pk)
    for excerpt in waiting.distinct().order_by("-created_at")[:MOST]:
        title = Truncator(excerpt.quote).chars(60)
        yield Awaiting(title, excerpt.get_absolute_url(), "note", _("if you were there: is this what was said?"))


@awaits_me(30)
def cards_to_look_at(request: HttpRequest) -> Iterator[Awaiting]:
    """For those who coordinate: cards that lost what bore them, that somebody would say otherwise, or that are ready."""
    mine = Community.objects.filter(memberships__user=request.user.pk, memberships__role=Role.COORDINATOR)
    claims = Claim.objects.filter(card__community__in=mine).select_related("card")
    seen: set[object] = set()
    # Asking where every claim stands would cost each visit of the page: these alone can be told of.
    concerned = claims.filter(Q(card__published_at__isnull=False) | Q(validations__isnull=False))
    for one in standings(
        concerned.exclude(evidence=None).distinct().order_by("-card__changed_at", "position")[:LATEST]
    ):
        why = ""
        if one.is_unsupported:
            why = _("a claim is no longer supported: what bore it was withdrawn")
        elif one.proposals:
            why = _("somebody would say a claim otherwise")
        elif one.is_ready and not one.is_sent_out:
            why = _("a claim is validated, and not public yet")
        if why and one.claim.card_id not in seen and len(seen) < MOST:
            seen.add(one.claim.card_id)
            yield Awaiting(one.claim.card.title, one.claim.get_absolute_url(), "card", why)
