"""Forms about members: where they belong, what they may do, what they say of themselves."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from recolte.community.belonging import Span
from recolte.community.models import Circle, Community, Form, Membership, Organisation, Person, Profile, Role, User
from recolte.ui.sorting import Folded


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SpanForm(forms.Form):
    """From a day to another; both may be left out."""

    starts_on = forms.DateField(label=_("From"), required=False, widget=DayInput)
    ends_on = forms.DateField(label=_("Until"), required=False, widget=DayInput)

    field_order: list[str] | None = None

    def clean(self) -> None:
        try:
            self.span = Span(self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on"))
        except ValidationError as error:
            self.add_error(None, error)


def _structure(label: Any, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=160, required=required, widget=forms.TextInput(attrs={"list": "structures"})
    )


class AffiliationForm(SpanForm):
    structure = _structure(_("Structure"), required=True)
    capacity = forms.CharField(
        label=_("As what"),
        max_length=120,
        required=False,
        help_text=_("For instance: employee, volunteer, member of the board, doctoral student."),
    )
    field_order = ["structure", "capacity"]


class MandateForm(SpanForm):
    role = forms.ChoiceField(label=_("Function"), choices=Role)
    scope = forms.CharField(
        label=_("For what"), max_length=200, required=False, help_text=_("For instance: co-pilot of axis 1.")
    )
    structure = _structure(_("On behalf of which structure"), required=False)
    field_order = ["role", "scope", "structure"]


class EnterForm(SpanForm):
    circle = forms.ModelChoiceField(label=_("Circle"), queryset=Circle.objects.none())
    field_order = ["circle"]

    def __init__(self, community: Community, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["circle"].queryset = community.circles.all()  # type: ignore[attr-defined]


class NewcomerForm(SpanForm):
    """Somebody enters a circle: by name, known already or not."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"list": "names"}))
    field_order = ["name"]


class CircleForm(forms.ModelForm[Circle]):
    class Meta:
        model = Circle
        fields = ["name", "kind"]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role)


class EndForm(forms.Form):
    """What is ended, or taken back as noted by mistake: a kind of row and its id."""

    what = forms.ChoiceField(choices=[("affiliation", ""), ("mandate", ""), ("circle", "")])
    id = forms.UUIDField()
    on = forms.DateField(label=_("Last day"), required=False, widget=DayInput)


class DayForm(forms.Form):
    """As of a day."""

    le = forms.DateField(label=_("On that day"), required=False, widget=DayInput)


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(
        label=_("To whom"), queryset=User.objects.none(), help_text=_("Only members can coordinate: invite them first.")
    )
    on = forms.DateField(label=_("From which day"), widget=DayInput)
    stays = forms.ChoiceField(label=_("What I stay"), choices=Role, initial=Role.PRACTITIONER)
    word = forms.CharField(
        label=_("A word to them"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, mine: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = User.objects.filter(memberships__community=mine.community_id).exclude(pk=mine.user_id)
        self.fields["to"].queryset = others.order_by(Folded("name"), "email")  # type: ignore[attr-defined]


class WithinForm(SpanForm):
    organisation = forms.ModelChoiceField(label=_("Structure"), queryset=Organisation.objects.none())
    within = forms.ModelChoiceField(
        label=_("Is a part of"),
        queryset=Organisation.objects.none(),
        help_text=_("It may be a part of several: say it once for each."),
    )

    field_order = ["organisation", "within", "starts_on", "ends_on"]

    def __init__(self, community: Community, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("organisation", "within"):
            self.fields[name].queryset = Organisation.objects.filter(community=community)  # type: ignore[attr-defined]


LONG = ("about", "brings", "seeks")
LONGEST = {"pronouns": 60, "phone": 40, "territory": 120, "languages": 120}


class ProfileForm(forms.Form):
    """What I say of myself, field by field, each with a tick to share it; and how my role is said."""

    form = forms.ChoiceField(
        label=_("How my role is said"),
        choices=Form,
        widget=forms.RadioSelect,
        help_text=_("In the languages that have several forms, such as French."),
    )

    def __init__(self, user: User, profile: Profile, *args: Any, **kwargs: Any) -> None:
        initial: dict[str, Any] = {name: getattr(profile, name) for name in Profile.FIELDS}
        initial |= {f"share_{name}": name in profile.shared for name in Profile.FIELDS}
        super().__init__(*args, **kwargs)
        self.initial = initial | {"form": user.form}
        for name, label in Profile.FIELDS.items():
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                max_length=LONGEST.get(name, 2000),
                widget=forms.Textarea(attrs={"rows": 3}) if name in LONG else forms.TextInput(),
            )
            self.fields[f"share_{name}"] = forms.BooleanField(label=_("Share with the community"), required=False)

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each field, and the tick that shares it."""
        return [(self[name], self[f"share_{name}"]) for name in Profile.FIELDS]

    @property
    def shared(self) -> list[str]:
        return [name for name in Profile.FIELDS if self.cleaned_data[f"share_{name}"]]


class DefinitionForm(forms.Form):
    notion = forms.CharField(label=_("Notion"), max_length=120, widget=forms.TextInput(attrs={"list": "notions"}))
    text = forms.CharField(label=_("What it means to me"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    where = forms.CharField(label=_("At which gathering"), max_length=160, required=False)


def names_of(community: Community) -> list[str]:
    """The names that a browser may offer where somebody is named."""
    known = Person.objects.filter(community=community).exclude(name="").values_list("name", flat=True)
    members = User.objects.filter(memberships__community=community).exclude(name="").values_list("name", flat=True)
    return sorted({*known[:500], *members[:500]})
