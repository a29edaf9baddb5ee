"""Striking words off the record for somebody who asked for it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.coding.passages import Passage
from recolte.community.models import Person
from recolte.engine.formats.decoding import normalise


class StrikeForm(forms.Form):
    """Who asked, among those who speak in the passage; and, of the words of a transcript, which ones."""

    person = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Who asked for it?"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Say who asked for it: somebody who speaks in these words.")},
    )
    words = forms.CharField(
        label=_("Which words"),
        help_text=_("Leave only those that are to be struck, as they stand here."),
        widget=forms.Textarea(attrs={"rows": 5, "class": "words"}),
        error_messages={"required": _("Leave the words that are to be struck.")},
    )

    def __init__(self, passage: Passage, *args: Any, is_fixed: bool, **kwargs: Any) -> None:
        people = passage.people
        kwargs["initial"] = {"words": passage.quote, "person": people[0].pk if len(people) == 1 else None}
        super().__init__(*args, **kwargs)
        self.passage = passage
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Person.objects.filter(pk__in=[person.pk for person in people])
        if is_fixed:
            del self.fields["words"]

    def clean_words(self) -> str:
        """The words as they stand in the passage, there once."""
        words = normalise(self.cleaned_data["words"]).strip()
        found = self.passage.excerpt.quote.count(words)
        if not found:
            raise ValidationError(
                gettext(
                    "These words do not stand there, or somebody has changed them since: leave some of those below."
                )
            )
        if found > 1:
            raise ValidationError(
                gettext(
                    "These words stand there several times: leave the words around the ones that are meant as well."
                )
            )
        return words

    @property
    def span(self) -> tuple[int, int]:
        """Where the words that are to be struck stand in the transcript's text."""
        at = (self.passage.excerpt.start or 0) + self.passage.excerpt.quote.index(self.cleaned_data["words"])
        return at, at + len(self.cleaned_data["words"])
