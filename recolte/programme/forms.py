"""What is written of a programme, of the money and of agreements. A form is filled from its row, which actions change."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import model_to_dict
from django.utils.dates import MONTHS
from django.utils.formats import get_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Community
from recolte.community.people import find_or_make_organisation, find_or_make_person
from recolte.programme.models import (
    DAYS_BEFORE,
    Agreement,
    Axis,
    Contribution,
    DatedFact,
    FundingLine,
    Phase,
    Precision,
    Programme,
)

Data = Any  # of a request, or None


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _lines(text: str) -> list[str]:
    """Each line once, tidied, without the empty ones."""
    return list(dict.fromkeys(one for line in text.splitlines() if (one := " ".join(line.split()))))


class LinesField(forms.CharField):
    """Several short texts, one a line; a list."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = _lines(super().clean(value))
        if any(len(line) > 160 for line in lines):
            raise ValidationError(gettext("One of the lines is too long: keep each under 160 characters."))
        return lines


class ProgrammeForm(forms.ModelForm[Programme]):
    variants = LinesField(
        label=_("Other titles"),
        required=False,
        help_text=_("One a line: the search finds the programme by each of them."),
    )

    class Meta:
        model = Programme
        fields = ["title", "variants", "question"]
        help_texts = {"question": _("What do you want to learn together, and what for?")}
        widgets = {"question": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, data: Data, programme: Programme | None = None) -> None:
        super().__init__(data, initial=model_to_dict(programme, self.Meta.fields) if programme else {})


def _next(taken: "models.QuerySet[Any]") -> int:
    return (taken.aggregate(last=models.Max("number"))["last"] or 0) + 1


class AxisForm(forms.ModelForm[Axis]):
    class Meta:
        model = Axis
        fields = ["number", "title", "purpose"]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, programme: Programme, data: Data, axis: Axis | None = None) -> None:
        self.others = Axis.objects.filter(programme=programme).exclude(pk=axis.pk if axis else None)
        filled = model_to_dict(axis, self.Meta.fields) if axis else {"number": _next(self.others)}
        super().__init__(data, initial=filled)

    def clean_number(self) -> int:
        number: int = self.cleaned_data["number"]
        if self.others.filter(number=number).exists():
            raise ValidationError(gettext("There is already an axis of this number: choose another."))
        return number


class PhaseForm(forms.ModelForm[Phase]):
    class Meta:
        model = Phase
        fields = ["axis", "number", "title", "purpose"]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, programme: Programme, data: Data, phase: Phase | None = None, axis: Axis | None = None) -> None:
        self.others = Phase.objects.filter(programme=programme).exclude(pk=phase.pk if phase else None)
        fresh = {"axis": axis.pk if axis else None, "number": _next(self.others.filter(axis=axis))}
        super().__init__(data, initial=model_to_dict(phase, self.Meta.fields) if phase else fresh)
        _choose_axis(self, Axis.objects.filter(programme=programme), gettext("the whole programme"))

    def clean(self) -> None:
        facts = self.cleaned_data
        if self.others.filter(axis=facts.get("axis"), number=facts.get("number")).exists():
            self.add_error("number", gettext("There is already a phase of this number there: choose another."))


def _choose_axis(form: forms.ModelForm[Any], axes: Any, nothing: str) -> None:
    field = form.fields["axis"]
    field.queryset = axes.order_by("programme", "number")  # type: ignore[attr-defined]
    field.empty_label = nothing  # type: ignore[attr-defined]


class DateForm(forms.Form):
    """A beginning or an end, as far as it is known, and where one knows it from."""

    about = forms.ChoiceField(label=_("Of what"))
    what = forms.ChoiceField(label=_("Which date"), choices=DatedFact.What)
    year = forms.IntegerField(label=_("Year"), min_value=1800, max_value=2200)
    month = forms.TypedChoiceField(label=_("Month"), required=False, coerce=int, empty_value=None)
    day = forms.IntegerField(label=_("Day"), required=False, min_value=1, max_value=31)
    source = forms.CharField(
        label=_("According to"),
        max_length=200,
        help_text=_("For instance: the minutes of the committee of 27 September, the convention, the website."),
    )
    address = forms.URLField(label=_("Address of the source"), required=False, assume_scheme="https")

    def __init__(self, programme: Programme, data: Data, about: str = "") -> None:
        super().__init__(data, initial={"about": about})
        self.rows: dict[str, Programme | Axis | Phase] = {str(programme.pk): programme}
        axes = list(programme.axes.all())
        phases = list(programme.phases.all())
        self.rows |= {str(one.pk): one for one in (*axes, *phases)}
        of = {axis.pk: axis for axis in axes}
        self.labels = [(key, _about(row, of)) for key, row in self.rows.items()]
        self.fields["about"].choices = self.labels  # type: ignore[attr-defined]
        self.fields["month"].choices = [("", _("not known")), *MONTHS.items()]  # type: ignore[attr-defined]

    def clean(self) -> None:
        facts = self.cleaned_data
        year, month, day = facts.get("year"), facts.get("month"), facts.get("day")
        if year is None or self.errors:
            return
        if day and not month:
            self.add_error(
                "month", gettext("A day without its month says nothing: choose the month, or leave the day out.")
            )
            return
        try:
            facts["date"] = date(year, month or 1, day or 1)
        except ValueError:
            self.add_error("day", gettext("This month has no such day: correct one of the two."))
        facts["precision"] = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR

    @property
    def told_of(self) -> Programme | Axis | Phase:
        return self.rows[self.cleaned_data["about"]]


def _about(row: Programme | Axis | Phase, axes: dict[Any, Axis]) -> str:
    axis = axes.get(row.axis_id) if isinstance(row, Phase) else None
    return f"{axis} — {row}" if axis else str(row)


class CreditForm(forms.ModelForm[Contribution]):
    who = forms.CharField(label=_("Who"), max_length=120, widget=forms.TextInput(attrs={"list": "people"}))
    field_order = ["who"]

    class Meta:
        model = Contribution
        fields = ["role", "axis", "may_be_named"]
        labels = {"may_be_named": _("They agreed to be named")}
        help_texts = {
            "role": _("In your own words: coordination, research, hosting, taking notes…"),
            "may_be_named": _("Only what this person said themselves. Without it, no export names them."),
        }

    def __init__(self, programme: Programme, data: Data, contribution: Contribution | None = None) -> None:
        filled = model_to_dict(contribution, self.Meta.fields) if contribution else {}
        super().__init__(data, initial=filled)
        if contribution:
            del self.fields["who"]
        _choose_axis(self, Axis.objects.filter(programme=programme), gettext("the whole programme"))

    def person(self, community: Community, *, by: Any) -> Any:
        return find_or_make_person(community, name=self.cleaned_data["who"], by=by)


class AmountField(forms.DecimalField):
    """Euros, as people type them: 1 234,50 or €1,234.50."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.replace("€", "").split())
            if (separator := get_format("THOUSAND_SEPARATOR")) != ".":
                value = value.replace(separator, "")
        return super().to_python(value)


class FundingForm(forms.ModelForm[FundingLine]):
    funder = forms.CharField(label=_("Funder"), max_length=160, widget=forms.TextInput(attrs={"list": "structures"}))
    amount = AmountField(
        label=_("Amount in euros"),
        required=False,
        localize=True,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("Leave it empty while it is not known."),
    )
    field_order = ["funder"]

    class Meta:
        model = FundingLine
        fields = ["purpose", "amount", "state", "axis", "starts_on", "ends_on", "note"]
        widgets = {"starts_on": _day(), "ends_on": _day(), "note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"state": _("What is probable is never added to what is secured.")}

    def __init__(self, community: Community, data: Data, line: FundingLine | None = None) -> None:
        filled = model_to_dict(line, self.Meta.fields) | {"funder": line.funder.name} if line else {}
        super().__init__(data, initial=filled)
        _choose_axis(self, Axis.objects.filter(community=community), gettext("no axis in particular"))

    def clean(self) -> None:
        _ends_after_it_starts(self)

    def facts(self, community: Community, *, by: Any) -> dict[str, Any]:
        """What the actions take: the funder is a structure of the community, found or made by its name."""
        return self.cleaned_data | {"funder": find_or_make_organisation(community, self.cleaned_data["funder"], by)}


class AgreementForm(forms.ModelForm[Agreement]):
    parties = LinesField(label=_("Between"), help_text=_("The structures that sign it, one a line."))
    field_order = ["title", "parties"]

    class Meta:
        model = Agreement
        fields = ["title", "terms", "signed_on", "starts_on", "ends_on", "notice_days"]
        widgets = {
            "signed_on": _day(),
            "starts_on": _day(),
            "ends_on": _day(),
            "terms": forms.Textarea(attrs={"rows": 8}),
        }
        help_texts = {
            "terms": _("What each one undertakes to do, in the words of the agreement or in yours."),
            "notice_days": _("How long before the end those who coordinate are told."),
        }

    def __init__(self, data: Data, agreement: Agreement | None = None) -> None:
        filled: dict[str, Any] = {"notice_days": DAYS_BEFORE}
        if agreement:
            filled = model_to_dict(agreement, self.Meta.fields)
            filled["parties"] = [one.name for one in agreement.parties.all()]
        super().__init__(data, initial=filled)

    def clean(self) -> None:
        _ends_after_it_starts(self)

    def facts(self, community: Community, *, by: Any) -> dict[str, Any]:
        names = self.cleaned_data["parties"]
        return self.cleaned_data | {"parties": [find_or_make_organisation(community, name, by) for name in names]}


def _ends_after_it_starts(form: forms.ModelForm[Any]) -> None:
    starts, ends = form.cleaned_data.get("starts_on"), form.cleaned_data.get("ends_on")
    if starts and ends and ends < starts:
        form.add_error("ends_on", gettext("It ends before it starts: correct one of the two dates."))
