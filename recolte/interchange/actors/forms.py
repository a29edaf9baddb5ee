from collections.abc import Iterable, Mapping

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from recolte.interchange.actors.matching import Choice, Proposal, Why
from recolte.interchange.actors.reading import LARGEST, Fault, NotAList
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
