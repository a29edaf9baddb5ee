"""The people who speak, and what each agreed to."""

from dataclasses import dataclass, field
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from recolte.cards.actions import LINK_DAYS, end_links
from recolte.cards.links import give_link
from recolte.cards.people_forms import LinkForm, NoteForm, PersonForm
from recolte.cards.words import State, count_by_person, excerpts_of, never_asked, reach, states
from recolte.coding.chips import chips
from recolte.coding.models import Excerpt
from recolte.community.models import Community, Organisation, Person
from recolte.community.people import change_person, find_or_make_person, same
from recolte.community.rules import is_of_the_team
from recolte.consent.actions import agree_to, withdraw
from recolte.consent.models import Consent, Purpose
from recolte.consent.rules import can_note_consent, given
from recolte.sources.models import Source
from recolte.ui.listing import Column, Filter, Listing
from recolte.ui.requests import MemberRequest
from recolte.ui.sorting import Folded

# The columns of the list; what was attested for all is one, since it was agreed in one go
COLUMNS = [
    ([Purpose.RECORD, Purpose.TRANSCRIBE], gettext_lazy("Recording, text")),
    ([Purpose.GROUP], gettext_lazy("Community")),
    ([Purpose.QUOTE_PSEUDONYM], gettext_lazy("Quoted")),
    ([Purpose.QUOTE_NAME], gettext_lazy("By name")),
    ([Purpose.PUBLISH_AUDIO], gettext_lazy("Voice")),
]

SPELLED = {
    "agreed": gettext_lazy("agreed"),
    "attested": gettext_lazy("attested"),
    "withdrawn": gettext_lazy("taken back"),
    "not_asked": gettext_lazy("not asked"),
}


@login_required
def persons(request: MemberRequest, slug: str) -> HttpResponse:
    """Those who speak in a community; for its team, what each agreed to."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    is_team = is_of_the_team(request.user, community)
    form = PersonForm(request.POST or None)
    if request.method == "POST":
        if not is_team:
            raise PermissionDenied
        if form.is_valid() and (made := _add(community, form, request)):
            messages.success(request, _("%(person)s is one of those who speak.") % {"person": made})
            return redirect("person", made.pk)
    listing = _listing(request, community, is_team)
    return listing.taken_away() or render(
        request,
        "cards/persons.html",
        {
            "community": community,
            "is_team": is_team,
            "unasked": never_asked(Person.objects.filter(community=community)).count() if is_team else 0,
            "listing": listing,
            "form": form if is_team else None,
            "structures": Organisation.objects.filter(community=community) if is_team else [],
        },
        status=422 if form.is_bound else 200,
    )


def _listing(request: MemberRequest, community: Community, is_team: bool) -> Listing:
    """Those who speak; for the team, those who wait for a question first, and what each agreed to."""
    everybody = Person.objects.filter(community=community)
    unasked = Exists(never_asked(everybody.filter(pk=OuterRef("pk"))))
    filters = [
        Filter(
            "structure",
            _("Structure"),
            [
                (str(pk), name)
                for pk, name in Organisation.objects.filter(community=community).values_list("pk", "name")
            ],
            lambda rows, chosen: rows.filter(organisation=chosen),
        )
    ]
    if is_team:
        to_ask = [("unasked", _("never asked, though heard"))]
        filters.append(Filter("answers", _("Agreements"), to_ask, lambda rows, chosen: rows.filter(unasked)))
    where: dict[UUID, dict[str, State]] = {}
    counts: dict[UUID, int] = {}
    people = everybody.select_related("organisation").order_by(Folded("name"), "role", "pk")
    listing = Listing(
        request,
        _("People who speak"),
        people.order_by(unasked.desc(), "name", "role", "pk") if is_team else people,
        [
            Column("name", _("Name or role"), str, ["name", "role"], url=lambda one: reverse("person", args=[one.pk])),
            Column("role", _("Role"), lambda one: one.role if one.name else "", ["role"]),
            Column("structure", _("Structure"), lambda one: str(one.organisation or ""), ["organisation__name"]),
            *(_agreed(f"agreed-{n}", *column, where) for n, column in enumerate(COLUMNS) if is_team),
            *(
                [Column("passages", _("Passages"), lambda one: counts.get(one.pk, 0), is_number=True)]
                if is_team
                else []
            ),
        ],
        filters=filters,
        search=lambda rows, words: rows.filter(
            Q(name__icontains=words) | Q(role__icontains=words) | Q(organisation__name__icontains=words)
        ),
        per_page=30,  # each line has many marks
        can_take_away=is_team,
    )
    if is_team:
        shown = listing.shown
        where.update(states(shown))
        heard = Excerpt.objects.filter(Q(person__in=shown) | Q(transcript__speakers__person__in=shown))
        counts.update(count_by_person(heard.filter(source__in=Source.objects.readable_by(request.user)).distinct()))
    return listing


def _agreed(key: str, purposes: list[Purpose], label: str | Promise, where: dict[UUID, dict[str, State]]) -> Column:
    """What stands in a column: where it is of two purposes, that of the one that is agreed to least."""
    order: list[State] = ["withdrawn", "not_asked", "attested", "agreed"]

    def state(one: Person) -> State:
        return min((where[one.pk][purpose] for purpose in purposes), key=order.index)

    return Column(key, label, state, template="cards/agreed.html", in_file=lambda one: str(SPELLED[state(one)]))


def _add(community: Community, form: PersonForm, request: MemberRequest) -> Person | None:
    facts = form.cleaned_data
    try:
        made = find_or_make_person(
            community, name=facts["name"], role=facts["role"], structure=facts["structure"], by=request.user
        )
        if facts["pseudonym"] and not made.pseudonym:
            structure = str(made.organisation or "")
            change_person(
                made,
                name=made.name,
                role=made.role,
                structure=structure,
                pseudonym=facts["pseudonym"],
                by=request.user,
            )
    except ValidationError as error:
        form.add_error(None if hasattr(error, "error_dict") else "name", error)
        return None
    return made


@never_cache
@login_required
def person(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Who somebody is, what was made of their words, and what they agreed to, which the team notes here."""
    communities = Community.objects.readable_by(request.user)
    found = Person.objects.filter(community__in=communities).select_related("community", "organisation", "user")
    person = get_object_or_404(found, pk=pk)
    if request.method != "POST":
        return _show(request, person, Forms())
    if not can_note_consent(request.user, person):
        raise PermissionDenied
    filled = Forms()
    do = {"change": _change, "agree": _agree, "withdraw": _withdraw, "link": _give_link, "end_links": _end_links}.get(
        request.POST.get("do", "")
    )
    if do is None or do(request, person, filled):
        return redirect("person", person.pk)
    return _show(request, get_object_or_404(found, pk=pk), filled)


@dataclass
class Forms:
    """The forms of the page of one person, as they were sent if one of them was, and the link that was just made."""

    facts: PersonForm | None = None
    agreeing: NoteForm = field(default_factory=lambda: NoteForm(auto_id="agree-%s"))
    withdrawing: NoteForm = field(default_factory=lambda: NoteForm(auto_id="withdraw-%s"))
    linking: LinkForm = field(default_factory=LinkForm)
    link: str = ""


def _change(request: MemberRequest, person: Person, filled: Forms) -> bool:
    form = filled.facts = PersonForm(request.POST)
    if not form.is_valid():
        return False
    try:
        change_person(person, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None if hasattr(error, "error_dict") else "name", error)
        return False
    messages.success(request, _("What is known of this person was changed."))
    return True


def _agree(request: MemberRequest, person: Person, filled: Forms) -> bool:
    form = filled.agreeing = NoteForm(request.POST, auto_id="agree-%s")
    if not form.is_valid():
        return False
    agree_to(person, form.noted, how=Consent.How(form.cleaned_data["how"]), by=request.user)
    messages.success(request, _("The agreement was noted, with its date and your name."))
    return True


def _withdraw(request: MemberRequest, person: Person, filled: Forms) -> bool:
    form = filled.withdrawing = NoteForm(request.POST, auto_id="withdraw-%s")
    if not form.is_valid():
        return False
    withdraw(person, form.noted, how=Consent.How(form.cleaned_data["how"]), by=request.user)
    messages.success(request, _("The withdrawal was noted, and holds everywhere from now on."))
    return True


def _give_link(request: MemberRequest, person: Person, filled: Forms) -> bool:
    """The link stands on the page that answers, and nowhere else."""
    form = filled.linking = LinkForm(request.POST)
    if form.is_valid():
        email = form.cleaned_data["email"]
        filled.link = give_link(person, by=request.user, email=email)
        if email:
            messages.success(request, _("The personal link is on its way to %(email)s.") % {"email": email})
    return False


def _end_links(request: MemberRequest, person: Person, filled: Forms) -> bool:
    end_links(person, by=request.user)
    messages.success(request, _("The links that were given out open nothing any more."))
    return True


def _show(request: MemberRequest, person: Person, filled: Forms) -> HttpResponse:
    community, is_team = person.community, can_note_consent(request.user, person)
    where = states([person])[person.pk]
    excerpts = excerpts_of(person).filter(source__in=Source.objects.readable_by(request.user))
    held = chips(excerpts, reader=request.user, community=community)
    forms = (filled.facts, filled.agreeing, filled.withdrawing, filled.linking)
    return render(
        request,
        "cards/person.html",
        {
            "community": community,
            "person": person,
            "is_team": is_team,
            "recognisable": recognisable(person) if is_team else [],
            "facts": filled.facts or PersonForm.of(person),
            "structures": Organisation.objects.filter(community=community),
            "reach": reach(given([person.pk])[person.pk]),
            "purposes": [(purpose, where[purpose]) for purpose in Purpose],
            "agreeing": filled.agreeing.about([p for p in Purpose if where[p] != "agreed"]),
            "withdrawing": filled.withdrawing.about([p for p in Purpose if where[p] in ("agreed", "attested")]),
            "history": person.consents.select_related("by") if is_team else [],
            "link": filled.link,
            "link_days": LINK_DAYS,
            "linking": filled.linking,
            "chips": [
                chip for passage, chip in held if person.pk in passage.person_ids and (is_team or not chip.withdrawn)
            ],
        },
        status=422 if any(form and form.errors for form in forms) else 200,
    )


def recognisable(person: Person) -> list[str]:
    """Why somebody who is quoted without their name may be recognised all the same, in whole sentences."""
    found = []
    names = [part for part in person.name.casefold().split() if len(part) > 2]
    if any(part in person.public_name.casefold().split() for part in names):
        found.append(_("Their pseudonym holds their name: choose another one."))
    if not person.role or not person.organisation_id or person.pseudonym:
        return found
    there = Person.objects.filter(community_id=person.community_id, organisation=person.organisation_id)
    if not any(same(other.role, person.role) for other in there.exclude(pk=person.pk)):
        found.append(
            _(
                "In a circle of fifteen, a role and a structure are enough to recognise somebody, and nobody else here is "
                "“%(role)s, %(structure)s”: choose a pseudonym that says less, or ask them whether that is all right."
            )
            % {"role": person.role, "structure": person.organisation}
        )
    return found
