from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from recolte.gatherings.models import Session, ToCollect

WHOLE = "whole"


class CollectionForm(forms.Form):
    """For each session and for the whole gathering (`None`): what is to be brought back, and who takes the notes."""

    def __init__(
        self, data: Any, sessions: Iterable[Session], planned: Iterable[ToCollect], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(data, *args, **kwargs)
        self.places: dict[str, Session | None] = {str(one.pk): one for one in sessions} | {WHOLE: None}
        self._who = {(one.session_id, one.what): one.who for one in planned}
        for key, session in self.places.items():
            pk = session.pk if session else None
            self.fields[f"what-{key}"] = forms.MultipleChoiceField(
                label=_("To be brought back"),
                choices=ToCollect.What.choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[what for place, what in self._who if place == pk],
            )
            self.fields[f"notes-{key}"] = forms.CharField(
                label=_("Who takes the notes"),
                max_length=160,
                required=False,
                initial=self._who.get((pk, ToCollect.What.NOTES), ""),
                widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
            )

    @property
    def sections(self) -> list[tuple[Session | None, BoundField, BoundField]]:
        return [(session, self[f"what-{key}"], self[f"notes-{key}"]) for key, session in self.places.items()]

    @property
    def wanted(self) -> dict[Session | None, dict[str, str]]:
        """What `plan_collection` is told. Whoever takes notes is named, so notes are wanted."""
        found: dict[Session | None, dict[str, str]] = {}
        for key, session in self.places.items():
            pk = session.pk if session else None
            things = {what: self._who.get((pk, what), "") for what in self.cleaned_data[f"what-{key}"]}
            notes = self.cleaned_data[f"notes-{key}"]
            if notes or ToCollect.What.NOTES in things:
                things[ToCollect.What.NOTES] = notes
            found[session] = things
        return found
