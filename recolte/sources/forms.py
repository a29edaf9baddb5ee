from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


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
