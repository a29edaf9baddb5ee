from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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


class RecordersForm(forms.Form):
    """What to do with several recordings of one moment: compare them, stop that, use one, hear one all the same."""

    do = forms.ChoiceField(choices=[(what, what) for what in ("compare", "stop", "use", "hear")])


class AtForm(forms.Form):
    """A moment of this recording that one wants to hear in the others."""

    at = Moment(label=_("At (minutes and seconds of this recording)"), max_length=12, initial="0:00")
