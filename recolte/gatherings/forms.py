from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Community
from recolte.gatherings.clock import last_day_of
from recolte.gatherings.models import Gathering
from recolte.programme.models import Axis


class GatheringField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """To choose a gathering: an option under study, and what was called off, say so."""

    def label_from_instance(self, gathering: Any) -> str:
        return str(gathering.label)


class MonthField(forms.DateField):
    """A month, as its first day."""

    widget = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")

    def __init__(self, **kwargs: Any) -> None:
        wrong = _("This is no month: write it as 2026-10, the year and then the month.")
        super().__init__(input_formats=["%Y-%m", "%m/%Y"], required=False, error_messages={"invalid": wrong}, **kwargs)


class GatheringForm(forms.ModelForm[Gathering]):
    link = forms.URLField(
        label=_("Link to meet from afar"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Where those who come from afar meet. It goes out with the invitations."),
    )

    months_from = MonthField(
        label=_("Or only the month"),
        help_text=_("Where no day is known yet. It then stands in no calendar, and no letter tells of it by itself."),
    )
    months_to = MonthField(label=_("to the month of"), help_text=_("Empty: in that one month."))

    class Meta:
        model = Gathering
        fields = ["name", "kind", "axis", "mode", "place", "link", "starts_on", "ends_on"]
        fields += ["months_from", "months_to", "is_option"]
        widgets = {
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "name": _("For instance: Visit to the shared workshop, Dijon"),
            "axis": _("The line of work of your programme that this gathering serves."),
            "is_option": _("Nothing is settled yet: it is shown as an option, and stands in no calendar."),
        }

    def __init__(self, community: Community, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.community = community
        self.fields["mode"].required = False
        axes = Axis.objects.filter(community=community).order_by("programme__created_at", "programme", "number")
        if axes.exists():
            self.fields["axis"] = forms.ModelChoiceField(
                axes,
                label=_("Axis"),
                help_text=self.fields["axis"].help_text,
                empty_label=_("none in particular"),
                required=False,
            )
        else:
            del self.fields["axis"]
        if not self.instance._state.adding:
            del self.fields["is_option"]  # an option is confirmed by a button, once

    def clean_mode(self) -> str:
        return self.cleaned_data["mode"] or self.instance.mode

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        others = Gathering.objects.filter(community=self.community, name__iexact=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(
                gettext("There is already a gathering of this name: open it, or choose another name.")
            )
        return name

    def clean(self) -> None:
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", gettext("The gathering ends before it starts: correct one of the two dates."))
        first, last = self.cleaned_data.get("months_from"), self.cleaned_data.get("months_to")
        if starts:  # the days say more
            self.cleaned_data |= {"months_from": None, "months_to": None}
        elif first and last and last < first:
            self.add_error("months_to", gettext("The last month comes before the first: correct one of the two."))
        elif last and not first:
            self.add_error("months_from", gettext("Give the first month too, or only this one as the first."))
        elif first:
            self.cleaned_data["months_to"] = last_day_of(last or first)
