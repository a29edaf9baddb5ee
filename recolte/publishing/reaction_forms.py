from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.publishing.models import Reaction

USUAL = timedelta(days=21)


class ReactionsForm(forms.Form):
    last_day = forms.DateField(label=_("until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = timezone.localdate() + USUAL

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        if day < timezone.localdate():
            raise ValidationError(gettext("This day is over: choose one that is still to come."))
        return day


class ReactForm(forms.ModelForm[Reaction]):
    """A word, in a minute."""

    class Meta:
        model = Reaction
        fields = ("words", "name")
        widgets = {
            "words": forms.Textarea(attrs={"rows": 5}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
        }
