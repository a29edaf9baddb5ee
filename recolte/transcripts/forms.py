from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.engine.formats.habits import mistyped
from recolte.sources.models import Source
from recolte.ui.moment import Moment


class TermForm(forms.Form):
    words = forms.CharField(
        label=_("Name or word to expect"),
        max_length=60,
        help_text=_("As it should be written: a person, a structure, a place, a word of the trade."),
    )


class HearAgainForm(forms.Form):
    """A part of a recording, and which model hears it again."""

    start = Moment(label=_("From"), max_length=12, initial="0:00")
    end = Moment(label=_("To"), max_length=12)
    model = forms.ChoiceField(label=_("With which model"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = _("the usual one (%(name)s)") % {"name": settings.SPEECH_MODEL}
        self.fields["model"].choices = [("", usual), *((one, one) for one in settings.SPEECH_MODELS)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if "start" in facts and "end" in facts and facts["end"] <= facts["start"]:
            raise ValidationError(gettext("The part ends before it begins: write its times again."))
        return facts


class Voice(NamedTuple):
    """A name that was found, with how many turns are said under it, and the fields that say whose it is."""

    found: str
    turns: int
    name: BoundField
    is_nobody: BoundField
    looks_like: str  # the name of which it is probably a slip


class InterviewForm(forms.Form):
    """Who speaks in an interview, from the names found in it and their turns; and which recording it was written from."""

    def __init__(
        self, data: Any, counts: Mapping[str, int], recordings: Sequence[Source], likely: Source | None
    ) -> None:
        super().__init__(data)
        self.counts = counts
        self.meant = mistyped(counts)
        self.recordings = {str(one.pk): one for one in recordings}
        for number, name in enumerate(counts, 1):
            self.fields[f"name-{number}"] = forms.CharField(
                label=gettext("Name of “%(name)s”") % {"name": name},
                max_length=160,
                required=False,
                initial=self.meant.get(name, name),
                widget=forms.TextInput(attrs={"list": "voices", "autocomplete": "off"}),
            )
            self.fields[f"nobody-{number}"] = forms.BooleanField(
                label=gettext("“%(name)s” is not a speaker") % {"name": name}, required=False
            )
        if recordings:
            self.fields["recording"] = forms.ChoiceField(
                label=_("The recording that it was written from"),
                choices=[("", _("none: it stands alone")), *((key, one.name) for key, one in self.recordings.items())],
                initial=str(likely.pk) if likely else "",
                required=False,
            )

    @property
    def voices(self) -> list[Voice]:
        return [
            Voice(name, count, self[f"name-{number}"], self[f"nobody-{number}"], self.meant.get(name, ""))
            for number, (name, count) in enumerate(self.counts.items(), 1)
        ]

    @property
    def names(self) -> dict[str, str]:
        """What each name found stands for, "" for what is nobody's: as the form says, else as is proposed."""
        if not self.is_bound or not self.is_valid():
            return dict(self.meant)
        facts = self.cleaned_data
        return {
            name: "" if facts[f"nobody-{number}"] else " ".join(facts[f"name-{number}"].split()) or name
            for number, name in enumerate(self.counts, 1)
        }

    @property
    def recording(self) -> Source | None:
        return self.recordings.get(self.cleaned_data.get("recording", ""))


class RecordersForm(forms.Form):
    """What to do with several recordings of one moment: compare them, stop that, use one, hear one all the same."""

    do = forms.ChoiceField(choices=[(what, what) for what in ("compare", "stop", "use", "hear")])


class AtForm(forms.Form):
    """A moment of this recording that one wants to hear in the others."""

    at = Moment(label=_("At (minutes and seconds of this recording)"), max_length=12, initial="0:00")
