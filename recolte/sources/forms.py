from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.db.models import Q
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Person
from recolte.gatherings.models import Session
from recolte.sources.models import Source
from recolte.sources.rules import MOST_BYTES


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, empty ones included: what is wrong with each is said file by file, not by the form."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        files = [file for file in data or [] if file]
        if not files:
            raise ValidationError(gettext("Choose at least one file."))
        if sum(file.size or 0 for file in files) > settings.UPLOAD_LIMIT_MB * 1024 * 1024:
            raise ValidationError(
                gettext("Together these files are larger than %(limit)d MB: bring them in several times.")
                % {"limit": settings.UPLOAD_LIMIT_MB}
            )
        return files


class AgreementForm(forms.Form):
    statement = forms.CharField(
        label=_("Who was informed, how and when?"),
        help_text=_("For instance: everybody present, aloud at the opening, Thursday 16 September."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
    )


class SeenForm(forms.Form):
    """Who can be recognised on a photo: of those who were there, and whoever else is named."""

    people = forms.ModelMultipleChoiceField(
        Person.objects.none(), label=_("Who was there"), required=False, widget=forms.CheckboxSelectMultiple
    )
    other = forms.CharField(label=_("Somebody else, by their name"), required=False, max_length=120)

    def __init__(self, photo: Source, data: Any = None) -> None:
        super().__init__(data, initial={"people": [person.pk for person in photo.people.all()]})
        here = Person.objects.filter(community=photo.community_id)
        people = self.fields["people"]
        assert isinstance(people, forms.ModelMultipleChoiceField)
        people.queryset = here.filter(Q(attendances__gathering=photo.gathering_id) | Q(sources=photo)).distinct()
        if not people.queryset.exists():
            del self.fields["people"]
            self.fields["other"].label = _("Somebody, by their name")

    @property
    def seen(self) -> list[Person]:
        return list(self.cleaned_data.get("people", []))


class DoorForm(forms.Form):
    days = forms.IntegerField(
        label=_("Days after the gathering"),
        help_text=_("The address takes things in until then."),
        min_value=0,
        max_value=365,
        initial=14,
    )


def _file(label: Any, accept: str = "", capture: str = "", help_text: Any = "") -> forms.FileField:
    attrs = {"accept": accept, "capture": capture}
    return forms.FileField(
        label=label,
        help_text=help_text,
        required=False,
        allow_empty_file=True,  # what is wrong with a file is said file by file
        max_length=255,
        widget=forms.FileInput(attrs={name: value for name, value in attrs.items() if value}),
    )


class LeaveForm(forms.Form):
    """What a guest leaves, on their telephone, in a minute."""

    words = forms.CharField(
        label=_("A word"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 5})
    )
    photo = _file(_("A photo"), "image/*", "environment")
    recording = _file(_("A recording of your voice"), "audio/*", "user")
    file = _file(_("A file that you have already"), help_text=_("A photo, a recording, a note or a document."))
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    structure = forms.CharField(
        label=_("Your structure"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    has_ticked = forms.BooleanField(
        label=_(
            "I agree that what I leave here be kept, transcribed if it is spoken, and read and heard by the community."
        ),
        help_text=_(
            "Without this, it stays with those who organise, until you agreed. You can take it back at any time."
        ),
        required=False,
    )

    def clean(self) -> None:
        given = self.given
        if not given and not self.cleaned_data.get("words", "").strip() and not self.errors:
            self.add_error(None, gettext("Nothing was left: write a word, or choose a photo, a recording or a file."))
        if sum(file.size or 0 for file in given) > MOST_BYTES:
            self.add_error(
                None,
                gettext(
                    "Together this is larger than %(limit)d MB: leave it in several times, or give it to who invited you."
                )
                % {"limit": MOST_BYTES // 1024 // 1024},
            )

    @property
    def given(self) -> list[TemporaryUploadedFile]:
        """The files, whichever field they came by."""
        return [file for name in ("photo", "recording", "file") if (file := self.cleaned_data.get(name))]


class DepositForm(AgreementForm):
    brought = FilesField(label=_("Recordings, transcripts, notes, documents, photos"))
    language = forms.ChoiceField(
        label=_("Language spoken"),
        choices=[*settings.LANGUAGES, ("", _("another, to be guessed"))],
        initial="fr",
        required=False,
    )
    field_order = ["brought", "statement", "language"]

    def facts(self) -> list[BoundField]:
        """The fields beside the files."""
        return [self["statement"], self["language"]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["statement"].required = False
        self.fields["statement"].help_text = _(
            "This attests that those recorded agreed to being recorded and transcribed. Without it, what you bring stays "
            "visible to you alone and is not transcribed."
        )


class PlacingForm(forms.Form):
    """Which session each of these sources comes from: what was said before, else what its date makes likely."""

    def __init__(self, data: Any, sources: Iterable[Source], sessions: Sequence[Session]) -> None:
        super().__init__(data)
        self.sources = {f"session-{source.pk}": source for source in sources}
        self.sessions = {str(one.pk): one for one in sessions}
        choices = [("", _("the whole gathering")), *((key, one.title) for key, one in self.sessions.items())]
        for name, source in self.sources.items():
            likely = source.likely_session(sessions) if source.session_id is None else None
            self.fields[name] = forms.ChoiceField(
                label=gettext("Session of %(name)s") % {"name": source.name},
                choices=choices,
                required=False,
                initial=str(source.session_id or (likely.pk if likely else "")),
                help_text=_("proposed from its date") if likely else "",
            )

    @property
    def lines(self) -> list[tuple[Source, forms.BoundField]]:
        return [(source, self[name]) for name, source in self.sources.items()]

    @property
    def placed(self) -> dict[Source, Session | None]:
        """What `place_in_sessions` is told: of each source that the form sent."""
        sent = {name: source for name, source in self.sources.items() if name in self.data}
        return {source: self.sessions.get(self.cleaned_data[name]) for name, source in sent.items()}
