from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from recolte.cards.actions import (
    add_claim,
    adopt,
    change_card,
    change_claim,
    publish_card,
    remove_claim,
    take_back_card,
    tie,
    untie,
    write_card,
)
from recolte.cards.forms import CardForm, ClaimForm, UseForm
from recolte.cards.models import Card, Claim, Evidence, Kind, Validation
from recolte.cards.naming import names_said, signatures
from recolte.cards.rules import Borne, Standing, can_publish, can_write, listed, shown_to, standings, state_of
from recolte.coding.browsing_forms import StanceForm
from recolte.coding.chips import chip, chips
from recolte.coding.choosing import choosable, choosing, tie_ticked
from recolte.coding.models import Excerpt, Stance
from recolte.community.models import Community, Person
from recolte.community.rules import is_of_the_team
from recolte.consent.rules import Given, To, circle, given
from recolte.jobs import actions as jobs
from recolte.ui.listing import Column, Filter, Listing, days_asked, within
from recolte.ui.requests import MemberRequest

# Where a claim may stand (`Standing.state`), in words.
STATES = {
    "draft": gettext_lazy("draft"),
    "to_listen": gettext_lazy("to be listened to"),
    "to_consent": gettext_lazy("agreement to be asked for"),
    "to_validate": gettext_lazy("to be validated"),
    "validated": gettext_lazy("validated"),
    "contested": gettext_lazy("contested"),
    "unsupported": gettext_lazy("no longer supported"),
}
PER_PAGE = 30
EXCERPTS = ("source__gathering", "source__deposit", "person", "transcript")


@login_required
def cards(request: MemberRequest, slug: str) -> HttpResponse:
    """The community's cards, each with its state; and the form for a new one."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    form = CardForm(request.POST or None)
    _may_post(request, community)
    if request.method == "POST" and form.is_valid():
        return redirect(write_card(community, by=request.user, **form.cleaned_data))
    every, is_narrowed = _asked_for(request, community)
    return render(
        request,
        "cards/cards.html",
        {
            "community": community,
            "cards": every,
            "is_narrowed": is_narrowed,
            "form": form,
            "may_write": can_write(request.user, community),
        },
    )


def _asked_for(request: MemberRequest, community: Community) -> tuple[list[tuple[Card, str, int]], bool]:
    """The cards begun on the days that the address asks for; with `?state=published`, those public since these days."""
    every, days = Card.objects.readable_by(request.user).filter(community=community), days_asked(request)
    if not can_write(request.user, community):  # only what is public of them: its state is that
        public = [one for one in listed(every.sent_out(*days)) if one[1] == "published"]
        return public, any(days)
    if request.GET.get("state") == "published":
        return [one for one in listed(every.sent_out(*days)) if one[1] == "published"], True
    return listed(every.begun(*days)), any(days)


@login_required
def claims(request: MemberRequest, slug: str) -> HttpResponse:
    """All the claims of a community, each with where it stands."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    every = Claim.objects.filter(community=community, card__in=Card.objects.readable_by(request.user))
    every = every.select_related("card")
    state = {one.claim.pk: one.state for one in shown_to(request.user, community, standings(every))}
    every = every.filter(pk__in=state)
    listing = Listing(
        request,
        _("Claims"),
        every.order_by("-card", "position", "id"),
        [
            Column("text", _("Claim"), lambda one: one.text, ["text"], url=lambda one: one.get_absolute_url()),
            Column("kind", pgettext("of a claim", "Kind"), lambda one: one.get_kind_display(), ["kind"]),
            Column("state", _("State"), lambda one: str(STATES[state[one.pk]]), template="cards/listed_state.html"),
            Column(
                "card",
                _("Card"),
                lambda one: one.card.title,
                ["card__title"],
                url=lambda one: one.card.get_absolute_url(),
            ),
            Column("on", _("Card begun on"), lambda one: timezone.localdate(one.card.created_at), ["card__created_at"]),
        ],
        filters=[
            Filter("kind", pgettext("of a claim", "Kind"), Kind.choices, lambda rows, chosen: rows.filter(kind=chosen)),
            Filter(
                "state",
                _("State"),
                list(STATES.items()),
                lambda rows, chosen: rows.filter(pk__in=[pk for pk, where in state.items() if where == chosen]),
            ),
        ],
        search=lambda rows, words: rows.filter(Q(text__icontains=words) | Q(card__title__icontains=words)),
        days=lambda rows, since, until: rows.filter(within("card__created_at__date", since, until)),
    )
    for row in listing.page_obj:
        row.state = state[row.pk]
    context = {
        "community": community,
        "listing": listing,
        "lead": _(
            "What the community says it learned, sentence by sentence; the days are those on which the card was begun."
        ),
        "empty": _("A claim is one sentence of a card: begin a card, and write what you now know."),
        "crumbs": _crumbs(community, listing.title),
    }
    return listing.taken_away() or render(request, "ui/list_page.html", context)


@login_required
def card(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A card with its claims: what bears each, who answered, and what it lacks before it can be public."""
    card = _card(request, pk)
    form = CardForm(request.POST or None, instance=card)
    if request.method == "POST" and form.is_valid():
        change_card(card, by=request.user, **form.cleaned_data)
        return redirect(card)
    return _card_page(request, card, form=form)


def _card(request: MemberRequest, pk: UUID) -> Card:
    card = get_object_or_404(Card.objects.readable_by(request.user).select_related("community", "by"), pk=pk)
    _may_post(request, card.community)
    return card


def _may_post(request: MemberRequest, community: Community) -> None:
    """Who only reads changes nothing."""
    if request.method == "POST" and not can_write(request.user, community):
        raise PermissionDenied


def _card_page(request: MemberRequest, card: Card, *, status: int = 200, **forms: Any) -> HttpResponse:
    held = shown_to(request.user, card.community, standings(card.claims.select_related("card")))
    if not held and not can_write(request.user, card.community):
        raise Http404  # nothing of it is public now
    to = circle(request.user, card.community)
    people = given(person for one in held for borne in one.borne for person in borne.passage.person_ids)
    is_of_team = is_of_the_team(request.user, card.community)
    may_write = can_write(request.user, card.community)

    def names(person: Person) -> bool:
        """The team knows who answered what; the others know it of themselves."""
        return is_of_team or person.user_id == request.user.pk

    return render(
        request,
        "cards/card.html",
        {
            "community": card.community,
            "crumbs": _crumbs(card.community, card.title),
            "card": card,
            "state": state_of(card, held),
            "claims": [_shown(one, to, people, names, may_write=may_write) for one in held],
            "ready": [one for one in held if one.is_ready],
            "public": [one for one in held if one.is_ready and one.is_sent_out],
            "signed": signatures([one for one in held if one.is_ready])
            if can_publish(request.user, card.community)
            else [],
            "names_said": names_said(held) if can_publish(request.user, card.community) else [],
            "form": CardForm(instance=card),
            "new_claim": ClaimForm(),
            "may_write": can_write(request.user, card.community),
            "may_publish": can_publish(request.user, card.community),
            "may_ask": is_of_team,
        }
        | forms,
        status=status,
    )


def _shown(
    standing: Standing, to: To, people: Given, names: Callable[[Person], bool], *, may_write: bool
) -> dict[str, Any]:
    """A claim as its page shows it: in the order of its stances, dissent beside assent. What was taken back, and that it
    was, is for who contributes.
    """
    borne = [one for one in standing.borne if may_write or not one.is_gone]
    return {
        "claim": standing.claim,
        "standing": standing,
        "asked": [asked for asked in standing.asked if asked.has_accepted or names(asked.person)],
        "missing": standing.missing(names),
        "proposals": [(one, names(one.person)) for one in standing.proposals],
        "form": ClaimForm(instance=standing.claim, auto_id=f"edit-{standing.claim.pk}-%s"),
        "stances": [
            (label, [_chip(one, to, people, standing) for one in borne if one.evidence.stance == stance])
            for stance, label in Stance.choices
        ],
    }


def _chip(one: Borne, to: To, people: Given, standing: Standing) -> tuple[Borne, Any]:
    accepted = {asked.person.pk for asked in standing.asked if asked.has_accepted}
    validated = bool(one.passage.person_ids) and one.passage.person_ids <= accepted
    shown = chip(one.passage, to=to, standing=people, is_validated=validated)
    return one, replace(shown, id=str(one.evidence.pk))  # the same passage may bear several claims


def _crumbs(community: Community, here: str, card: Card | None = None) -> list[dict[str, str]]:
    way = [{"label": _("Cards"), "url": reverse("cards", args=[community.slug])}]
    if card:
        way.append({"label": card.title, "url": card.get_absolute_url()})
    return [*way, {"label": here, "url": ""}]


@login_required
@require_POST
def new_claim(request: MemberRequest, pk: UUID) -> HttpResponse:
    card = _card(request, pk)
    form = ClaimForm(request.POST)
    if not form.is_valid():
        return _card_page(request, card, new_claim=form, status=422)
    try:
        claim = add_claim(card, form.cleaned_data["text"], kind=form.cleaned_data["kind"], by=request.user)
    except ValidationError as error:
        form.add_error("text", error)
        return _card_page(request, card, new_claim=form, status=422)
    return redirect(claim)


def _claim(request: MemberRequest, pk: UUID) -> Claim:
    claims = Claim.objects.filter(card__in=Card.objects.readable_by(request.user))
    claim = get_object_or_404(claims.select_related("card__community"), pk=pk)
    _may_post(request, claim.card.community)
    return claim


@login_required
@require_POST
def edit_claim(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Other words, or another kind; with `remove`, the claim goes."""
    claim = _claim(request, pk)
    if "remove" in request.POST:
        remove_claim(claim, by=request.user)
        return redirect(claim.card)
    form = ClaimForm(request.POST)
    if form.is_valid():
        try:
            change_claim(claim, form.cleaned_data["text"], kind=form.cleaned_data["kind"], by=request.user)
        except ValidationError as error:
            messages.error(request, error.messages[0])
    else:
        messages.error(request, _("The claim was left as it was: write it as a whole sentence of at most 1,200 signs."))
    return redirect(claim)


@login_required
def evidence(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Choose, among the passages that somebody marked, those that bear a claim."""
    claim = _claim(request, pk)
    community = claim.card.community
    if not can_write(request.user, community):
        raise PermissionDenied
    if request.method == "POST":
        tie_ticked(request, community, lambda excerpt, stance: tie(claim, excerpt, stance=stance, by=request.user))
        return redirect(request.get_full_path())
    untied = choosable(request, community).exclude(evidence__claim=claim)
    return render(
        request,
        "cards/evidence.html",
        {
            "community": community,
            "crumbs": _crumbs(community, _("Evidence"), claim.card),
            "claim": claim,
            **choosing(request, community, untied),
        },
    )


@login_required
def use(request: MemberRequest, pk: UUID) -> HttpResponse:
    """From a passage to what it bears: a claim that is there, or a new one."""
    excerpts = Excerpt.objects.readable_by(request.user).filter(struck_at=None).select_related(*EXCERPTS)
    excerpt = get_object_or_404(excerpts, pk=pk)
    community = get_object_or_404(Community.objects.readable_by(request.user), pk=excerpt.community_id)
    if not can_write(request.user, community):
        raise PermissionDenied
    form = UseForm(community, request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        claim = facts["claim"]
        if claim is None:
            card = facts["card"] or write_card(community, facts["title"], by=request.user)
            claim = add_claim(card, facts["text"], kind=facts["kind"], by=request.user)
        tie(claim, excerpt, stance=facts["stance"], by=request.user)
        return redirect(claim)
    ((_passage, shown),) = chips([excerpt], reader=request.user, community=community)
    return render(
        request,
        "cards/use.html",
        {"community": community, "crumbs": _crumbs(community, _("Use a passage")), "chip": shown, "form": form},
    )


@login_required
@require_POST
def loosen(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take an evidence off its claim, or give it another stance."""
    cards = Card.objects.readable_by(request.user)
    evidence = get_object_or_404(
        Evidence.objects.filter(claim__card__in=cards).select_related("claim__card__community", "excerpt"), pk=pk
    )
    _may_post(request, evidence.claim.card.community)
    if "remove" in request.POST:
        untie(evidence, by=request.user)
    else:
        form = StanceForm(request.POST)
        if form.is_valid():
            tie(evidence.claim, evidence.excerpt, stance=form.cleaned_data["stance"], by=request.user)
    return redirect(evidence.claim)


@login_required
@require_POST
def take_wording(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take the words that somebody who speaks in a claim's quotes proposed for it."""
    cards = Card.objects.readable_by(request.user)
    proposed = (
        Validation.objects.filter(claim__card__in=cards).exclude(wording="").select_related("claim__card__community")
    )
    validation = get_object_or_404(proposed, pk=pk)
    _may_post(request, validation.claim.card.community)
    adopt(validation, by=request.user)
    messages.success(request, _("The claim now says it so. The others whose words it rests on are asked again."))
    return redirect(validation.claim)


@login_required
@require_POST
def publish(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Mean a card for the public, or take it back; the site is then written again."""
    card = _card(request, pk)
    if not can_publish(request.user, card.community):
        raise PermissionDenied
    if "take_back" in request.POST:
        take_back_card(card, by=request.user)
        messages.success(request, _("The card is taken back: the public site is being written without it."))
        return _write_site(request, card)
    ready = [one for one in standings(card.claims.select_related("card")) if one.is_ready]
    if not ready:
        messages.error(request, _("No claim of this card can be public yet: see below what each one lacks."))
        return redirect(card)
    signed = signatures(ready)
    if "sure" not in request.POST and any(one.warning for one in signed):
        context = {
            "community": card.community,
            "card": card,
            "signed": signed,
            "crumbs": _crumbs(card.community, _("Publish"), card),
        }
        return render(request, "cards/publish.html", context)
    publish_card(card, by=request.user)
    messages.success(request, _("The public site is being written."))
    return _write_site(request, card)


def _write_site(request: MemberRequest, card: Card) -> HttpResponse:
    jobs.start("publishing.write", card.community_id, community=card.community, by=request.user)
    return redirect(card)
