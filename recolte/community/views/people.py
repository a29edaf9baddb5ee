"""Members: the list, who each of them is, what they may do, and what they say of themselves."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, Q, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from recolte.community.actions import invite
from recolte.community.belonging import Noted, affiliate, end, enter_circle, note_mandate, person_of, take_back
from recolte.community.ecosystem import nesting_on
from recolte.community.forms import InvitationForm
from recolte.community.models import (
    Affiliation,
    CircleMember,
    Community,
    Form,
    Invitation,
    Mandate,
    Membership,
    Organisation,
    Person,
    Profile,
    Role,
    User,
)
from recolte.community.people_forms import (
    AffiliationForm,
    EndForm,
    EnterForm,
    HandOverForm,
    MandateForm,
    ProfileForm,
    RoleForm,
)
from recolte.community.profiles import choose_form, write_profile
from recolte.community.roles import change_role, end_membership, hand_over
from recolte.community.rules import can_give_roles, can_invite, can_open_again, can_say_who, is_of_the_team
from recolte.community.signing_in import closed_until, open_again
from recolte.ui.listing import Column, Filter, Listing
from recolte.ui.requests import MemberRequest
from recolte.ui.sorting import Folded


@login_required
def people(request: MemberRequest, slug: str) -> HttpResponse:
    """Who is in the community, and, for those who coordinate, the letters that invite others."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    may_invite = can_invite(request.user, community)
    form = InvitationForm(request.POST or None)
    if request.method == "POST":
        if not may_invite:
            raise PermissionDenied
        if form.is_valid():
            try:
                invitation = invite(
                    community, form.cleaned_data["email"], Role(form.cleaned_data["role"]), by=request.user
                )
            except ValidationError as error:
                form.add_error("email", error)
            else:
                messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": invitation.email})
                return redirect("people", slug)
    listing = _members(request, community)
    return listing.taken_away() or render(
        request,
        "community/people.html",
        {
            "community": community,
            "listing": listing,
            "pending": Invitation.objects.filter(community=community, accepted_at=None) if may_invite else [],
            "form": form if may_invite else None,
        },
    )


def _members(request: MemberRequest, community: Community) -> Listing:
    themselves = Person.objects.filter(community=community, user=OuterRef("user"))
    members = community.memberships.select_related("user").order_by(Folded("user__name"), "user__email")
    circles = [(str(one.pk), one.name) for one in community.circles.all()]
    return Listing(
        request,
        _("Members"),
        members.annotate(structure=Subquery(themselves.values("organisation__name")[:1])),
        [
            Column(
                "name",
                _("Name"),
                lambda one: str(one.user),
                ["user__name", "user__email"],
                url=lambda one: reverse("member", args=[community.slug, one.user_id]),
            ),
            Column("role", _("Role"), lambda one: one.title, ["role"]),
            Column("structure", _("Structure"), lambda one: one.structure or "", ["structure"]),
            Column("since", _("Member since"), lambda one: timezone.localdate(one.joined_at), ["joined_at"]),
        ],
        filters=[
            Filter("role", _("Role"), Role.choices, lambda rows, chosen: rows.filter(role=chosen)),
            Filter("circle", _("Circle"), circles, lambda rows, chosen: rows.filter(user__in=_in_circle(chosen))),
        ],
        search=lambda rows, words: rows.filter(_fits(community, words)),
        can_take_away=is_of_the_team(request.user, community),
    )


def _in_circle(circle: str) -> Any:
    now = CircleMember.objects.filter(circle=UUID(circle)).standing_on(timezone.localdate())
    return now.exclude(person__user=None).values("person__user")


def _fits(community: Community, words: str) -> Q:
    """By their name, or by a structure that they speak for or belong to."""
    of = Person.objects.filter(community=community).exclude(user=None)
    there = of.filter(Q(organisation__name__icontains=words) | Q(affiliations__organisation__name__icontains=words))
    named = Q(user__name__icontains=words) | Q(user__name="", user__email__icontains=words)
    return named | Q(user__in=there.values("user"))


@dataclass
class Somebody:
    """Who a page is about: a member, or a person without an account — or both."""

    community: Community
    user: User | None
    person: Person | None
    membership: Membership | None

    def __str__(self) -> str:
        return str(self.user or self.person)

    @property
    def address(self) -> str:
        whose = self.user or self.person
        return reverse("member", args=[self.community.slug, whose.pk if whose else ""])

    def person_now(self, by: User) -> Person:
        """Their person, made when there is none yet."""
        if self.person is None:
            assert self.user is not None
            self.person = person_of(self.community, self.user, by=by)
        return self.person

    @property
    def mandates(self) -> Any:
        theirs = Q(user=self.user) if self.user else Q(pk=None)
        if self.person:
            theirs |= Q(person=self.person)
        return Mandate.objects.filter(theirs, community=self.community)


def _somebody(community: Community, pk: UUID) -> Somebody:
    """By the id of an account that is a member, or of a person of the community."""
    people = Person.objects.filter(community=community).select_related("user", "organisation", "community")
    members = Membership.objects.filter(community=community).select_related("user", "community")
    if member := members.filter(user=pk).first():
        return Somebody(community, member.user, people.filter(user=pk).first(), member)
    person = get_object_or_404(people, pk=pk)
    account = members.filter(user=person.user).first() if person.user else None
    return Somebody(community, account.user if account else person.user, person, account)


@dataclass
class Filled:
    """The forms of the page of one member, as they were sent if one of them was."""

    affiliating: AffiliationForm
    mandating: MandateForm
    entering: EnterForm
    role: RoleForm

    @property
    def all(self) -> list[Any]:
        return [self.affiliating, self.mandating, self.entering, self.role]


@never_cache
@login_required
def member(request: MemberRequest, slug: str, pk: UUID) -> HttpResponse:
    """Who somebody is: structures, functions, circles, and what they share of themselves."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    who = _somebody(community, pk)
    filled = Filled(
        AffiliationForm(auto_id="affiliation-%s"),
        MandateForm(auto_id="mandate-%s"),
        EnterForm(community, auto_id="circle-%s"),
        RoleForm(auto_id="role-%s", initial={"role": who.membership.role if who.membership else ""}),
    )
    if request.method == "POST":
        do = ACTS.get(request.POST.get("do", ""))
        if not can_say_who(request.user, community):
            raise PermissionDenied
        if do is None:
            raise Http404
        if do(request, who, filled):
            return redirect(who.address)
    profile = Profile.objects.filter(community=community, user=who.user).first() if who.membership else None
    is_team = can_say_who(request.user, community)
    return render(
        request,
        "community/member.html",
        {
            "community": community,
            "who": who,
            "is_mine": who.user == request.user,
            "may_say": is_team,
            "closed_until": closed_until(who.user) if who.user and can_open_again(request.user, community) else None,
            "may_give_roles": can_give_roles(request.user, community) and who.membership,
            "affiliations": _within(who.person) if who.person else [],
            "mandates": who.mandates.select_related("user", "person__user", "organisation"),
            "circles": who.person.circles.select_related("circle") if who.person else [],
            "shared": profile.shown() if profile else [],
            "structures": Organisation.objects.filter(community=community) if is_team else [],
            "forms": filled,
        },
        status=422 if any(form.is_bound for form in filled.all) else 200,
    )


def _within(person: Person) -> list[tuple[Affiliation, list[Organisation]]]:
    """Each affiliation, with the structures that its structure is within, the nearest first."""
    known = {one.pk: one for one in Organisation.objects.filter(community=person.community_id)}
    nested = nesting_on(person.community, timezone.localdate())
    those = person.affiliations.select_related("organisation")
    return [(one, [known[pk] for pk in nested.around(one.organisation_id)]) for one in those]


def _affiliate(request: MemberRequest, who: Somebody, filled: Filled) -> bool:
    form = filled.affiliating = AffiliationForm(request.POST, auto_id="affiliation-%s")
    if not form.is_valid():
        return False
    facts = form.cleaned_data
    affiliate(
        who.person_now(request.user), facts["structure"], capacity=facts["capacity"], span=form.span, by=request.user
    )
    return True


def _mandate(request: MemberRequest, who: Somebody, filled: Filled) -> bool:
    form = filled.mandating = MandateForm(request.POST, auto_id="mandate-%s")
    if not form.is_valid():
        return False
    facts, whose = form.cleaned_data, who.user or who.person
    assert whose is not None
    note_mandate(
        whose,
        Role(facts["role"]),
        community=who.community,
        scope=facts["scope"],
        structure=facts["structure"],
        span=form.span,
        by=request.user,
    )
    return True


def _enter(request: MemberRequest, who: Somebody, filled: Filled) -> bool:
    form = filled.entering = EnterForm(who.community, request.POST, auto_id="circle-%s")
    if not form.is_valid():
        return False
    try:
        enter_circle(form.cleaned_data["circle"], who.person_now(request.user), span=form.span, by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _noted(request: MemberRequest, who: Somebody) -> tuple[Noted, EndForm]:
    form = EndForm(request.POST)
    if not form.is_valid():
        raise Http404
    theirs: dict[str, Any] = {
        "affiliation": Affiliation.objects.filter(person=who.person),
        "mandate": who.mandates.filter(gives_rights=False),
        "circle": CircleMember.objects.filter(person=who.person),
    }
    here = theirs[form.cleaned_data["what"]].filter(community=who.community)
    return get_object_or_404(here, pk=form.cleaned_data["id"]), form


def _end(request: MemberRequest, who: Somebody, filled: Filled) -> bool:
    noted, form = _noted(request, who)
    try:
        end(noted, form.cleaned_data["on"] or timezone.localdate(), by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return True


def _take_back(request: MemberRequest, who: Somebody, filled: Filled) -> bool:
    take_back(_noted(request, who)[0], by=request.user)
    return True


def _change_role(request: MemberRequest, who: Somebody, filled: Filled) -> bool:
    if who.membership is None or not can_give_roles(request.user, who.community):
        raise PermissionDenied
    form = filled.role = RoleForm(request.POST, auto_id="role-%s")
    if not form.is_valid():
        return False
    try:
        change_role(who.membership, Role(form.cleaned_data["role"]), by=request.user)
    except ValidationError as error:
        form.add_error("role", error)
        return False
    messages.success(request, _("The role was changed; from when to when it was which stands on this page."))
    return True


def _let_go(request: MemberRequest, who: Somebody, filled: Filled) -> bool:
    if who.membership is None or not can_give_roles(request.user, who.community):
        raise PermissionDenied
    try:
        end_membership(who.membership, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return True
    messages.success(request, _("%(name)s is no longer a member; what they wrote stays theirs.") % {"name": who})
    who.person = who.person_now(request.user)
    who.user = None  # the page of an account ends with its membership; that of the person stays
    return True


def _open_again(request: MemberRequest, who: Somebody, filled: Filled) -> bool:
    if who.user is None or who.membership is None or not can_open_again(request.user, who.community):
        raise PermissionDenied
    open_again(who.user, by=request.user)
    messages.success(request, _("%(name)s can sign in again.") % {"name": who})
    return True


ACTS = {
    "affiliate": _affiliate,
    "mandate": _mandate,
    "enter": _enter,
    "end": _end,
    "take_back": _take_back,
    "role": _change_role,
    "let_go": _let_go,
    "open_again": _open_again,
}


@never_cache
@login_required
def hand_over_coordination(request: MemberRequest, slug: str) -> HttpResponse:
    """Hand the coordination over to another member."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    if not can_give_roles(request.user, community):
        raise PermissionDenied
    mine = Membership.objects.select_related("community", "user").get(community=community, user=request.user)
    form = HandOverForm(mine, request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        to = Membership.objects.select_related("user").get(community=community, user=facts["to"])
        try:
            hand_over(mine, to, on=facts["on"], word=facts["word"], stays=Role(facts["stays"]), by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("%(name)s coordinates now, and gets a letter.") % {"name": to.user})
            return redirect("people", slug)
    return render(
        request,
        "community/hand_over.html",
        {"community": community, "form": form},
        status=422 if form.errors else 200,
    )


@never_cache
@login_required
def leave(request: MemberRequest, slug: str) -> HttpResponse:
    """Leave a community: explained, and done by a button."""
    community = get_object_or_404(Community.objects.readable_by(request.user), slug=slug)
    problem = ""
    if request.method == "POST":
        try:
            end_membership(community.memberships.get(user=request.user), by=request.user)
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            messages.success(request, _("You have left %(community)s.") % {"community": community})
            return redirect("home")
    return render(
        request,
        "community/leave.html",
        {"community": community, "problem": problem},
        status=422 if problem else 200,
    )


@never_cache
@login_required
def my_profile(request: MemberRequest) -> HttpResponse:
    """What I say of myself in one of my communities (`?de=`), the first without it."""
    communities = list(Community.objects.readable_by(request.user).order_by("name"))
    if not communities:
        return render(request, "community/profile.html", {"communities": [], "form": None})
    asked = request.GET.get("de", communities[0].slug)
    community = next((one for one in communities if one.slug == asked), None)
    if community is None:
        raise Http404
    profile = Profile.objects.filter(community=community, user=request.user).first()
    form = ProfileForm(request.user, profile or Profile(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        write_profile(community, form.cleaned_data, shared=form.shared, by=request.user)
        choose_form(Form(form.cleaned_data["form"]), by=request.user)
        messages.success(request, _("Saved. The others read only what you ticked."))
        return redirect("member", community.slug, request.user.pk)
    return render(
        request,
        "community/profile.html",
        {"communities": communities, "community": community, "form": form},
        status=422 if form.errors else 200,
    )
