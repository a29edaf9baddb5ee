from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Organisation
from recolte.interchange.actors.matching import Choice, Proposal, Why
from recolte.interchange.actors.models import ActorList
from recolte.interchange.actors.reading import LARGEST, NAMES, Fault, NotAList
from recolte.interchange.actors.sentences import sentence

CHOICES = {
    Choice.FILL: _("the same: fill in only what is missing"),
    Choice.KEEP: _("the same: keep what is here"),
    Choice.TAKE: _("the same: take what the list says"),
    Choice.ADD: _("another one: add it"),
    Choice.LEAVE: _("leave it out for now"),
}


class ListForm(forms.Form):
    file = forms.FileField(
        label=_("The file"),
        help_text=_("CSV, JSON or GeoJSON, as GoGoCarto, uMap or a spreadsheet write them."),
        error_messages={"empty": _("There is not one structure in this file: choose the one that holds the list.")},
    )
    source = forms.CharField(
        label=_("name of the list"),
        max_length=160,
        required=False,
        help_text=_(
            "It stands on the page of each structure, and finds them again the next time. Else the file’s name."
        ),
    )
    credit = forms.CharField(
        label=_("whom to name, and the licence"),
        max_length=250,
        required=False,
        help_text=_("For instance: Réseau des tiers-lieux, Licence Ouverte 2.0."),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(sentence(NotAList(Fault.TOO_LARGE)))
        return file


def label_of(what: str) -> str:
    """How a field of a list is called."""
    if what == "external_id":
        return gettext("the list’s own number")
    if what == "dates":
        return gettext("dates")
    return gettext("place") if what == "position" else Organisation.label_of(what)


class ColumnsForm(forms.Form):
    """For each column of a list, what it is taken for; beside it, what it says first."""

    def __init__(self, received: ActorList, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = {f"column-{number}": column for number, column in enumerate(received.columns)}
        taken = {column: what for what, column in received.mapping.items()}
        choices = [("", gettext("nothing: leave it out")), *((what, capfirst(label_of(what))) for what in NAMES)]
        for key, column in self.columns.items():
            self.fields[key] = forms.ChoiceField(
                label=column,
                choices=choices,
                required=False,
                initial=taken.get(column, ""),
                help_text=" · ".join(Truncator(one).chars(60) for one in received.table.examples(column)),
            )

    def clean(self) -> None:
        """Nothing is taken from two columns, and the names from one."""
        self.mapping: dict[str, str] = {}
        for key, column in self.columns.items():
            what = self.cleaned_data.get(key, "")
            if what and what in self.mapping:
                words = {"what": capfirst(label_of(what)), "other": self.mapping[what]}
                self.add_error(
                    key,
                    gettext("“%(what)s” is taken from the column “%(other)s” already: leave one of them out.") % words,
                )
            elif what:
                self.mapping[what] = column
        if "name" not in self.mapping and not self.errors:
            raise forms.ValidationError(gettext("Say which column holds the names of the structures."))


def chosen(data: Mapping[str, str], found: Iterable[Proposal]) -> dict[int, Choice]:
    """What the page of a list says of each line. New ones come in unless they are ticked away; of others only what was chosen."""
    choices: dict[int, Choice] = {}
    for proposal in found:
        if proposal.why == Why.NEW:
            choices[proposal.number] = Choice.LEAVE if f"leave-{proposal.number}" in data else Choice.ADD
        elif not proposal.asks:
            choices[proposal.number] = Choice.KEEP
        elif (value := data.get(f"choice-{proposal.number}", "")) in set(Choice):
            choices[proposal.number] = Choice(value)
    return choices
