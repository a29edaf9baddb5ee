"""Forms of the visit file: places, sessions, the copy, invitations, who was there."""

from collections.abc import Iterable
from datetime import date
from email.utils import parseaddr
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Community, Person, User
from recolte.gatherings.clock import at
from recolte.gatherings.forms import the_only
from recolte.gatherings.models import OUTLINE, Answer, Gathering, Place, Session
from recolte.ui.dates import date_format

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MANY = 10  # members to invite, from which on they can all be chosen at once
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class PlaceForm(forms.ModelForm[Place]):
    class Meta:
        model = Place
        fields = ["name", "address", "way", "access", "latitude", "longitude"]
        widgets = {
            **{name: forms.Textarea(attrs={"rows": 3}) for name in ("way", "access")},
            **{name: forms.NumberInput(attrs={"step": "any"}) for name in ("latitude", "longitude")},
        }

    def clean(self) -> None:
        one, other = self.cleaned_data.get("latitude"), self.cleaned_data.get("longitude")
        if (one is None) != (other is None) and not self.errors:
            self.add_error("longitude", gettext("Give both the latitude and the longitude, or neither."))


class SessionForm(forms.ModelForm[Session]):
    day = forms.DateField(label=_("Day"), widget=DAY)
    starts = forms.TimeField(label=_("From"), widget=CLOCK)
    ends = forms.TimeField(label=_("To"), widget=CLOCK)
    speakers = forms.CharField(
        label=_("Who speaks"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line: a name, or free words such as “somebody from the town hall”."),
    )
    field_order = ["title", "kind", "day", "starts", "ends", "place", "speakers", "travel", "follows_outline"]

    class Meta:
        model = Session
        fields = ["title", "kind", "place", "travel", "follows_outline", *(field for field, _title in OUTLINE)]
        widgets = {
            "travel": forms.Textarea(attrs={"rows": 2}),
            **{field: forms.Textarea(attrs={"rows": 3}) for field, _title in OUTLINE},
        }

    def __init__(self, gathering: Gathering, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gathering = gathering
        self.fields["place"].queryset = gathering.places.all()  # type: ignore[attr-defined]
        self.fields["place"].empty_label = gettext("to be found")  # type: ignore[attr-defined]
        session = self.instance
        if session._state.adding:
            self.initial.setdefault("day", gathering.starts_on)
            self.initial.setdefault("place", the_only(gathering.places.all()))
        else:
            del self.fields["speakers"]  # who speaks is said beside the form
            self.initial.update(day=session.day, starts=session.starts.time(), ends=session.ends.time())

    def clean_day(self) -> Any:
        day, first, last = self.cleaned_data["day"], self.gathering.starts_on, self.gathering.last_day
        if first and last and not first <= day <= last:
            raise ValidationError(
                gettext(
                    "The gathering is from %(first)s to %(last)s: choose one of its days, or change its dates first."
                )
                % {"first": date_format(first, "j F Y"), "last": date_format(last, "j F Y")}
            )
        return day

    def clean(self) -> None:
        starts, ends = self.cleaned_data.get("starts"), self.cleaned_data.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", gettext("The session ends before it has begun: correct one of the two times."))

    @property
    def facts(self) -> dict[str, Any]:
        """The session's own fields, with its times in UTC."""
        facts = {name: self.cleaned_data[name] for name in self.Meta.fields}
        day, zone = self.cleaned_data["day"], self.gathering.zone
        return facts | {
            "starts_at": at(day, self.cleaned_data["starts"], zone),
            "ends_at": at(day, self.cleaned_data["ends"], zone),
        }

    @property
    def named(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["speakers"].splitlines() if line.strip()]

    def slot(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in {name for name, _title in OUTLINE}]

    def steps(self) -> list[forms.BoundField]:
        return [self[field] for field, _title in OUTLINE]


class SpeakerForm(forms.Form):
    who = forms.CharField(
        label=_("Who speaks"),
        max_length=160,
        widget=forms.TextInput(attrs={"list": "people"}),
        help_text=_("A name, or free words such as “somebody from the town hall”."),
    )


class CopyForm(forms.Form):
    name = forms.CharField(label=_("Name of the new gathering"), max_length=160)
    first_day = forms.DateField(label=_("First day"), widget=DAY)
    with_places = forms.BooleanField(label=_("With its places"), required=False, initial=True)
    is_option = forms.BooleanField(label=_("under study"), required=False)

    def __init__(self, community: Community, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community = community

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if Gathering.objects.filter(community=self.community, name__iexact=name).exists():
            raise ValidationError(
                gettext("There is already a gathering of this name: open it, or choose another name.")
            )
        return name


class InviteForm(forms.Form):
    everybody = forms.BooleanField(required=False)
    members = forms.MultipleChoiceField(
        label=_("Members of the community"), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.CharField(
        label=_("Other people"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Camille Martin <camille@example.org>"}),
        help_text=_("One a line: the name, then the e-mail address between &lt; and &gt;."),
    )
    answer_by = forms.DateField(
        label=_("Answers by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The letters say it, and from three days before it your page tells who has not answered."),
    )

    def __init__(self, gathering: Gathering, members: Iterable[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gathering = gathering
        self.fields["answer_by"].initial = gathering.answer_by
        self.by_pk = {str(user.pk): user for user in members}
        if self.by_pk:
            self.fields["members"].choices = [(pk, str(user)) for pk, user in self.by_pk.items()]  # type: ignore[attr-defined]
        else:
            del self.fields["members"]
        if len(self.by_pk) < MANY:
            del self.fields["everybody"]
        else:
            label = gettext("All %(n)d members who are not invited yet") % {"n": len(self.by_pk)}
            self.fields["everybody"].label = label

    def clean_others(self) -> list[tuple[str, str]]:
        lines = [line.strip() for line in self.cleaned_data["others"].splitlines()]
        return [_name_and_address(number, line) for number, line in enumerate(lines, 1) if line]

    def clean_answer_by(self) -> date | None:
        day: date | None = self.cleaned_data["answer_by"]
        if day and self.gathering.starts_on and day > self.gathering.starts_on:
            raise ValidationError(gettext("The gathering has begun by then: choose a day before it."))
        return day

    def clean(self) -> None:
        if not self.errors and not self.invites and "answer_by" not in self.changed_data:
            raise ValidationError(gettext("Nobody is chosen: tick a member, or write somebody’s name and address."))

    @property
    def invites(self) -> bool:
        return bool(self.chosen or self.cleaned_data["others"])

    @property
    def chosen(self) -> list[User]:
        if self.cleaned_data.get("everybody"):
            return list(self.by_pk.values())
        return [self.by_pk[pk] for pk in self.cleaned_data.get("members", [])]


def _name_and_address(number: int, line: str) -> tuple[str, str]:
    name, address = parseaddr(line)
    try:
        validate_email(address)
    except ValidationError:
        address = ""
    if not name.strip() or not address:
        raise ValidationError(
            gettext("Line %(number)d is not understood: write it like “Camille Martin <camille@example.org>”.")
            % {"number": number}
        )
    return name, address


class BecauseForm(forms.Form):
    because = forms.CharField(
        label=_("Why, in a few words"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands in the letter. Nothing needs to be said."),
    )


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("Will you come?"),
        choices=Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three answers.")},
    )
    remark = forms.CharField(
        label=_("A remark"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only those who prepare the gathering read it."),
    )


class PresenceForm(forms.Form):
    """Who is ticked now, and who was when the page was shown: somebody who came in meanwhile stays."""

    there = forms.MultipleChoiceField(label=_("Is there, or was"), required=False, widget=forms.CheckboxSelectMultiple)
    was = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)

    def __init__(
        self, people: Iterable[Person], members: Iterable[User], there: Iterable[Person], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.members = {str(user.pk): user for user in members}  # those who are no person of the community yet
        everybody = sorted([*self.people.items(), *self.members.items()], key=lambda pair: str(pair[1]).casefold())
        for name in ("there", "was"):
            self.fields[name].choices = [(pk, str(one)) for pk, one in everybody]  # type: ignore[attr-defined]
            self.initial[name] = [str(person.pk) for person in there]

    @property
    def came(self) -> list[Person]:
        return [self.people[pk] for pk in self.cleaned_data["there"] if pk in self.people]

    @property
    def members_who_came(self) -> list[User]:
        return [self.members[pk] for pk in self.cleaned_data["there"] if pk in self.members]

    @property
    def absent(self) -> list[Person]:
        gone = set(self.cleaned_data["was"]) - set(self.cleaned_data["there"])
        return [self.people[pk] for pk in gone if pk in self.people]


class GuestsForm(forms.Form):
    guests = forms.CharField(
        label=_("Guests without an account"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: the name, and their structure after a comma if you know it."),
    )

    def clean_guests(self) -> list[tuple[str, str]]:
        pairs = [line.partition(",") for line in self.cleaned_data["guests"].splitlines()]
        return [(name.strip(), structure.strip()) for name, _comma, structure in pairs if name.strip()]


class DoorForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    structure = forms.CharField(
        label=_("Your structure"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
