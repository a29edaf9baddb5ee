"""What is written of an interim report. A form is filled from its row, which actions change."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.publishing.figured import Sections, key_of, unknown
from recolte.publishing.models import Report

SPARE = 2  # empty sections below those that are written
MOST = 30
NEAR = 0.75  # how alike a word and the figure that is proposed for it are


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NewReportForm(forms.ModelForm[Report]):
    class Meta:
        model = Report
        fields = ["title", "starts_on", "ends_on"]
        widgets = {"starts_on": _day(), "ends_on": _day()}
        help_texts = {
            "title": _("For instance: Where we are, autumn 2021"),
            "starts_on": _("Without days, it tells of everything since the beginning."),
        }

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        starts, ends = facts.get("starts_on"), facts.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", gettext("The last day comes before the first: correct one of them."))
        return facts


def _swapped(data: QueryDict) -> QueryDict:
    """What was written, with a section and the one below it changed about: `swap` is the number of the upper one."""
    data, upper = data.copy(), _number(data["swap"])
    if upper is not None and upper < MOST - 1:
        for name in ("heading", "text"):
            above, below = f"{name}{upper}", f"{name}{upper + 1}"
            data[above], data[below] = data.get(below, ""), data.get(above, "")
    return data


def _number(said: object) -> int | None:
    text = str(said)
    return int(text) if text.isdecimal() and len(text) < 4 else None


class ReportForm(NewReportForm):
    """Title, days, and a heading and a text for each section; what is left empty goes."""

    def __init__(self, data: QueryDict | None, report: Report, keys: Collection[str]) -> None:
        data = _swapped(data) if data and "swap" in data else data
        super().__init__(data, initial=model_to_dict(report, self.Meta.fields))
        self.keys = keys
        sent = (_number(data.get("count", "")) if data else None) or 0
        self.count = min(max(len(report.sections) + SPARE, sent), MOST)
        for number in range(self.count):
            section = report.sections[number] if number < len(report.sections) else {"heading": "", "text": ""}
            self.fields[f"heading{number}"] = forms.CharField(
                label=_("Heading"), required=False, max_length=160, initial=section["heading"]
            )
            self.fields[f"text{number}"] = forms.CharField(
                label=_("Text"),
                required=False,
                max_length=20_000,
                initial=section["text"],
                widget=forms.Textarea(attrs={"rows": 6}),
            )

    def about(self) -> list[forms.BoundField]:
        return [self[name] for name in self.Meta.fields]

    def rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        for number in range(self.count):
            yield self[f"heading{number}"], self[f"text{number}"]

    @property
    def sections(self) -> Sections:
        facts = self.cleaned_data
        rows = [
            {
                "heading": " ".join(facts.get(f"heading{number}", "").split()),
                "text": facts.get(f"text{number}", "").replace("\r\n", "\n").strip(),
            }
            for number in range(self.count)
        ]
        return [one for one in rows if one["heading"] or one["text"]]

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        for name in list(facts):
            if name.startswith(("heading", "text")):
                for word in unknown(facts[name], self.keys):
                    self.add_error(name, ValidationError(self._no_such_figure(word)))
        return facts

    def _no_such_figure(self, word: str) -> str:
        """The nearest figure is proposed with the noun that was typed, where one is near enough to be what was meant."""
        key, noun = key_of(word.strip("{}")), "".join(word.strip("{}").partition("|")[1:])
        if near := get_close_matches(key, self.keys, 1, NEAR):
            meant = f"{{{near[0]}{noun}}}"
            return gettext("“%(word)s” asks for no figure: did you mean “%(near)s”?") % {"word": word, "near": meant}
        return gettext(
            "“%(word)s” asks for no figure: take a word of the list of figures, or leave the braces out."
        ) % {"word": word}
