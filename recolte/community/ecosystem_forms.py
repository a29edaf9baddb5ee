"""Forms about structures, what ties them, and the day on which one looks at them."""

from typing import Any

from django import forms
from django.forms import model_to_dict
from django.utils.translation import gettext_lazy as _

from recolte.community.ecosystem import FACTS
from recolte.community.models import Organisation, RelationKind
from recolte.community.models.ecosystem import REVERSED


def day_field(**options: Any) -> forms.DateField:
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("This is not a day: write it as 2021-09-16, or choose it in the calendar.")},
        **options,
    )


class OrganisationForm(forms.ModelForm[Organisation]):
    website = forms.URLField(label=_("web address"), max_length=300, required=False, assume_scheme="https")
    starts_on = day_field(label=_("exists since"), required=False)
    ends_on = day_field(label=_("existed until"), required=False, help_text=_("Only if it is over."))

    class Meta:
        model = Organisation
        fields = ["name", *FACTS]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    @classmethod
    def of(cls, organisation: Organisation) -> "OrganisationForm":
        return cls(initial=model_to_dict(organisation, ["name", *FACTS]))


# How a relation reads from the structure whose page one is on: from either of its ends
READINGS = [(kind.value, kind.label) for kind in RelationKind] + [
    (f"{kind.value}/", label) for kind, label in REVERSED.items()
]


class RelationForm(forms.Form):
    reading = forms.ChoiceField(label=_("What ties them"), choices=READINGS)
    other = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Which structure"),
        error_messages={"invalid_choice": _("This structure is not here any more: choose another one.")},
    )
    starts_on = day_field(label=_("from"), required=False, help_text=_("Leave it empty if nobody knows."))
    ends_on = day_field(label=_("to"), required=False)
    source = forms.CharField(
        label=_("who says so"),
        max_length=250,
        required=False,
        help_text=_("For instance: said during the visit; agreement of 2019; their annual report."),
    )

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Organisation.objects.filter(community=organisation.community_id).exclude(pk=organisation.pk)
        self.fields["other"].queryset = others  # type: ignore[attr-defined]

    @property
    def kind(self) -> RelationKind:
        return RelationKind(self.cleaned_data["reading"].rstrip("/"))

    @property
    def is_reversed(self) -> bool:
        return str(self.cleaned_data["reading"]).endswith("/")


class EndForm(forms.Form):
    ends_on = day_field(label=_("It ended on"))


class DayForm(forms.Form):
    """The day that one looks at: in the address, so that it can be passed on."""

    le = day_field(label=_("As it was on"), required=False)


class MergeForm(forms.Form):
    avec = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("The same structure under another name"),
        error_messages={"invalid_choice": _("This structure is not here any more: choose another one.")},
    )

    def __init__(self, organisation: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Organisation.objects.filter(community=organisation.community_id).exclude(pk=organisation.pk)
        self.fields["avec"].queryset = others  # type: ignore[attr-defined]
