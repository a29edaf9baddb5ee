"""The page on which somebody hears their own words, answers what was made of them, and allows or forbids.

Mail programs open links by themselves: looking at the page changes nothing, only its buttons (POST) do.
"""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from recolte.cards.actions import LINK_DAYS, answer, read_personal_link
from recolte.cards.models import Answer
from recolte.cards.people_forms import AllowForm, AnswerForm, StrikeForm
from recolte.cards.words import Account, account, reach, sound, words_of
from recolte.coding.actions import strike
from recolte.coding.models import Excerpt
from recolte.community.models import Person, Role, User
from recolte.consent.actions import agree_to, withdraw
from recolte.consent.models import ATTESTED, Consent, Purpose
from recolte.consent.rules import given
from recolte.sources.media import send, send_bytes
from recolte.sources.models import Source
from recolte.sources.photos import photos_with
from recolte.ui.quietly import quietly


@quietly
def personal(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a personal link; no account is needed."""
    person = read_personal_link(token)
    if person is None:
        return render(request, "cards/personal_over.html", status=410)
    return _page(request, person, reverse("personal", args=[token]))


@quietly
def personal_file(request: HttpRequest, token: str, pk: UUID, what: str) -> HttpResponseBase:
    """The seconds of a passage in which the person of the link speaks, or a photo on which they are recognised."""
    person = read_personal_link(token)
    return HttpResponse(status=410) if person is None else FILES[what][1](request, person, pk)


@quietly
@login_required
def my_words(request: HttpRequest) -> HttpResponse:
    """The same page for somebody with an account: in the community of `?communaute`, or in their first one."""
    assert isinstance(request.user, User)
    mine = list(Person.objects.filter(user=request.user).select_related("community").order_by("community__name"))
    if not mine:
        return render(request, "cards/personal_nobody.html")
    person = next((one for one in mine if one.community.slug == request.GET.get("communaute")), mine[0])
    return _page(request, person, f"{reverse('my_words')}?communaute={person.community.slug}", mine)


@quietly
@login_required
def my_file(request: HttpRequest, pk: UUID, what: str) -> HttpResponseBase:
    """The same for somebody with an account."""
    assert isinstance(request.user, User)
    model, send_it = FILES[what]
    row = get_object_or_404(model, pk=pk)
    return send_it(request, get_object_or_404(Person, user=request.user, community=row.community_id), pk)


def _page(request: HttpRequest, person: Person, url: str, mine: list[Person] | None = None) -> HttpResponse:
    if request.method == "POST":
        do = {"answer": _answer, "strike": _strike, "allow": _allow}.get(request.POST.get("do", ""))
        return do(request, person, url, mine) if do else redirect(url)
    return _show(request, person, account(person), url, mine)


def _show(
    request: HttpRequest, person: Person, shown: Account, url: str, mine: list[Person] | None, status: int = 200
) -> HttpResponse:
    community = person.community
    stands = given([person.pk])[person.pk]
    standing = set(person.consents.standing().values_list("purpose", flat=True))
    by_name = [Purpose.QUOTE_NAME] if person.name or Purpose.QUOTE_NAME in standing else []
    words = [Purpose.GROUP, Purpose.QUOTE_PSEUDONYM, *by_name, Purpose.PUBLISH_AUDIO, Purpose.REUSE]
    own = [*words, Purpose.PHOTO, Purpose.RECOGNISE]
    coordinators = User.objects.filter(memberships__community=community, memberships__role=Role.COORDINATOR)
    return render(
        request,
        "cards/personal.html",
        {
            "community": community,
            "person": person,
            "is_link": mine is None,
            "others": mine if mine and len(mine) > 1 else [],
            "url": url,
            "clips": _beside(url, "extraits"),
            "photos": photos_with(person),
            "pictures": _beside(url, "photos"),
            "account": shown,
            "gatherings": list(dict.fromkeys(one.excerpt.source.gathering for one in shown.every)),
            "coordinators": [str(user) for user in coordinators.exclude(name="").order_by("name")],
            "reach": reach(stands),
            "attested": [(one, one in stands) for one in Purpose if one in ATTESTED],
            "own": [(one, one in standing) for one in own],
            "days": LINK_DAYS,
        },
        status=status,
    )


def _beside(url: str, what: str) -> str:
    """What stands before the name of a clip or a photo."""
    return f"{url.partition('?')[0]}{what}/"


def _answer(request: HttpRequest, person: Person, url: str, mine: list[Person] | None) -> HttpResponse:
    form = AnswerForm(request.POST)
    shown = account(person)
    told = next((one for one in shown.told if form.is_valid() and one.claim.pk == form.cleaned_data["claim"]), None)
    if told is None:
        messages.warning(request, _("This sentence does not rest on your words any more: there is nothing to answer."))
        return redirect(url)
    facts = form.cleaned_data
    try:
        answer(told.claim, person, Answer(facts["answer"]), version=facts["version"], wording=facts["wording"])
    except ValidationError as error:
        told.problem, told.wording = " ".join(error.messages), facts["wording"]
        return _show(request, person, shown, url, mine, status=422)
    if facts["answer"] == Answer.STRUCK:
        messages.success(request, _("Your words were struck: they are quoted nowhere any more, from now on."))
        return redirect(url)
    return redirect(f"{url}#answered-{told.claim.pk}")


def _strike(request: HttpRequest, person: Person, url: str, mine: list[Person] | None) -> HttpResponse:
    form = StrikeForm(request.POST)
    excerpt = Excerpt.objects.filter(pk=form.cleaned_data["excerpt"]).first() if form.is_valid() else None
    if excerpt is None or words_of(person, excerpt) is None:
        raise Http404
    strike(excerpt, person)
    messages.success(request, _("Your words were struck: they are quoted nowhere any more, from now on."))
    return redirect(url)


def _allow(request: HttpRequest, person: Person, url: str, mine: list[Person] | None) -> HttpResponse:
    form = AllowForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Your choice did not arrive whole: look at it again, then save it."))
        return redirect(f"{url}#allow")
    ticked, was = (set(map(Purpose, form.cleaned_data[name])) for name in ("allow", "was"))
    if Purpose.QUOTE_PSEUDONYM in was - ticked:
        ticked.discard(Purpose.QUOTE_NAME)  # who is no longer to be quoted is no longer to be quoted by name
    agree_to(person, ticked - was, how=Consent.How.LINK, by=None)
    withdraw(person, was - ticked, how=Consent.How.LINK, by=None)
    if was - ticked:
        messages.success(request, _("Saved. What you took back holds everywhere from now on."))
    elif ticked - was:
        messages.success(request, _("Saved. You can change this whenever you like."))
    if short := _falls_short(given([person.pk])[person.pk]):
        messages.warning(request, short)
        return redirect(url)
    return redirect(f"{url}#allow")


def _falls_short(stands: frozenset[str]) -> str:
    """What was allowed and has no effect yet, since something that it needs was not allowed."""
    public = {Purpose.QUOTE_PSEUDONYM, Purpose.QUOTE_NAME, Purpose.PUBLISH_AUDIO} & stands
    if public and Purpose.GROUP not in stands:
        return _(
            "Nothing of yours is public yet: for that, the community must be allowed to read and hear you too. Tick that as "
            "well if this is what you want."
        )
    if public == {Purpose.PUBLISH_AUDIO}:
        return _(
            "Your voice is not public yet: for that, you must agree to be quoted too, with or without your name. Tick that "
            "as well if this is what you want."
        )
    return ""


def _photo(request: HttpRequest, person: Person, pk: UUID) -> HttpResponseBase:
    photo = get_object_or_404(photos_with(person), pk=pk)
    made = get_object_or_404(photo.renditions, role="picture")
    name = f"photo-{pk}.{made.media_type.rpartition('/')[2]}"
    return send(request, made.community_id, made.sha256, size=made.size, media_type=made.media_type, name=name)


def _clip(request: HttpRequest, person: Person, pk: UUID) -> HttpResponseBase:
    """One stretch of what this person said (`?suite=1` the second, …): made anew, and kept nowhere."""
    excerpt = get_object_or_404(Excerpt.objects.select_related("source", "person"), pk=pk)
    words = words_of(person, excerpt)
    number = request.GET.get("suite", "0")
    if words is None or not number.isdecimal() or int(number) >= len(words.heard):
        raise Http404
    try:
        content = sound(excerpt, words.heard[int(number)])
    except FileNotFoundError:
        content = None
    if content is None:
        raise Http404
    return send_bytes(request, content, media_type="audio/mpeg", name=f"extrait-{pk}.mp3")


FILES: dict[str, tuple[type[Excerpt | Source], Callable[[HttpRequest, Person, UUID], HttpResponseBase]]] = {
    "clip": (Excerpt, _clip),
    "photo": (Source, _photo),
}
