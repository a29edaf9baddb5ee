from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.gatherings.models import Session
from recolte.sources.models import Source


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
