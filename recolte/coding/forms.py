from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.coding.actions import make_code
from recolte.coding.models import Code, Facet
from recolte.community.models import Community, Person, User
from recolte.community.people import find_or_make_person
from recolte.transcripts.models import Speaker, Transcript, Turn
from recolte.ui.moment import Moment


class WhoForm(forms.Form):
    """Somebody whom the community knows (`person`), or somebody new by name, role and structure."""

    person = forms.ModelChoiceField(Person.objects.none(), required=False)
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    role = forms.CharField(label=_("Role, if the name is not to be written"), required=False, max_length=120)
    structure = forms.CharField(label=_("Structure"), required=False, max_length=160)

    def __init__(self, community: Community, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community = community
        self.fields["person"].queryset = Person.objects.filter(community=community)  # type: ignore[attr-defined]

    def who(self, *, by: User) -> Person:
        """Raises ValidationError when nobody was chosen and neither a name nor a role was given."""
        if not self.is_valid():
            raise ValidationError(gettext("This person is not known here: reload the page and choose again."))
        facts = self.cleaned_data
        return facts["person"] or find_or_make_person(
            self.community, name=facts["name"], role=facts["role"], structure=facts["structure"], by=by
        )


class VoiceForm(WhoForm):
    """Who speaks: in the turns from `first` to `last`, or wherever the voice `speaker` is heard."""

    first = forms.ModelChoiceField(Turn.objects.none(), required=False)
    last = forms.ModelChoiceField(Turn.objects.none(), required=False)
    speaker = forms.ModelChoiceField(Speaker.objects.none(), required=False)

    def __init__(self, transcript: Transcript, *args: Any, **kwargs: Any) -> None:
        super().__init__(transcript.community, *args, **kwargs)
        for name in ("first", "last"):
            self.fields[name].queryset = transcript.turns.all()  # type: ignore[attr-defined]
        self.fields["speaker"].queryset = transcript.speakers.all()  # type: ignore[attr-defined]

    def clean(self) -> None:
        if not self.cleaned_data.get("first") and not self.cleaned_data.get("speaker"):
            raise ValidationError(gettext("Choose the turns in which this person speaks."))


class TellVoicesForm(forms.Form):
    """What is to be done with the voices that a machine tells apart."""

    do = forms.ChoiceField(choices=[(name, name) for name in ("ask", "take_back", "yes", "no")])
    count = forms.IntegerField(label=_("How many people speak"), min_value=2, max_value=20, required=False)
    speaker = forms.ModelChoiceField(Speaker.objects.none(), required=False)  # whose guess is confirmed, or denied

    def __init__(self, transcript: Transcript, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        guessed = transcript.speakers.exclude(guess=None).select_related("guess", "transcript")
        self.fields["speaker"].queryset = guessed  # type: ignore[attr-defined]


class ListenedForm(forms.Form):
    turns = forms.ModelMultipleChoiceField(Turn.objects.none())

    def __init__(self, transcript: Transcript, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["turns"].queryset = transcript.turns.order_by("position")  # type: ignore[attr-defined]


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=_("What is said"), widget=forms.Textarea(attrs={"rows": 4, "class": "words"}), strip=False
    )
    before = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)


class DeskForm(forms.Form):
    """One turn at the desk: its words, and what is to be done with them."""

    DOES = ("save", "heard", "next", "previous", "doubt", "split", "merge", "insert", "remove", "voice", "undo")

    turn = forms.ModelChoiceField(Turn.objects.none())
    do = forms.ChoiceField(choices=[(name, name) for name in DOES])
    before = forms.CharField(required=False, strip=False)
    text = forms.CharField(required=False, strip=False)
    at = forms.IntegerField(required=False)  # where the turn is cut (code points); else at the first line break
    speaker = forms.ModelChoiceField(Speaker.objects.none(), required=False)
    label = forms.CharField(max_length=160, required=False)  # a voice that is not there yet
    start_ms = forms.IntegerField(required=False, min_value=0)
    end_ms = forms.IntegerField(required=False, min_value=0)

    def __init__(self, transcript: Transcript, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["turn"].queryset = transcript.turns.all()  # type: ignore[attr-defined]
        self.fields["speaker"].queryset = transcript.speakers.all()  # type: ignore[attr-defined]


class ChooseCodeForm(forms.Form):
    """A code that there is (`code`), or a new one by its name and facet."""

    code = forms.ModelChoiceField(Code.objects.none(), required=False)
    name = forms.CharField(required=False, max_length=80)
    facet = forms.ChoiceField(choices=Facet, required=False)

    def __init__(self, community: Community, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community = community
        self.fields["code"].queryset = Code.objects.filter(community=community)  # type: ignore[attr-defined]

    def chosen(self, *, by: User) -> Code:
        """Raises ValidationError when no code was chosen and no name was given."""
        if not self.is_valid():
            raise ValidationError(gettext("This code, or these words, are not here any more: reload the page."))
        facts = self.cleaned_data
        return facts["code"] or make_code(self.community, facts["name"], facet=facts["facet"] or Facet.NOTION, by=by)


class CodingForm(ChooseCodeForm):
    """The words at [start, end) of the place, which their reader saw as `quote`; and, in documents, whose they are."""

    start = forms.IntegerField(min_value=0)
    end = forms.IntegerField(min_value=1)
    quote = forms.CharField(strip=False)
    person = forms.ModelChoiceField(Person.objects.none(), required=False)

    def __init__(self, community: Community, *args: Any, **kwargs: Any) -> None:
        super().__init__(community, *args, **kwargs)
        self.fields["person"].queryset = Person.objects.filter(community=community)  # type: ignore[attr-defined]


class MarkForm(WhoForm):
    """Seconds of a recording, with a few words about them and, if one knows, who speaks."""

    start = Moment(label=_("From"), max_length=12)
    end = Moment(label=_("To"), max_length=12)
    note = forms.CharField(label=_("What is heard there, in a few words"), max_length=200)

    field_order = ("start", "end", "note")

    @property
    def heard(self) -> list[forms.BoundField]:
        return [self["start"], self["end"], self["note"]]
