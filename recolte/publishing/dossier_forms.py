from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Organisation
from recolte.gatherings.models import Gathering
from recolte.publishing.models import Reaction

USUAL = timedelta(days=21)


class OthersForm(forms.Form):
    """Of which other gatherings a restitution tells too."""

    avec = forms.ModelMultipleChoiceField(
        Gathering.objects.none(),
        label=_("Tell of other gatherings too"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, gathering: Gathering, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["avec"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        others = Gathering.objects.filter(community=gathering.community_id).held(timezone.localdate())
        field.queryset = others.exclude(pk=gathering.pk).order_by("-starts_on", "-id")


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


class HostForm(forms.Form):
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Which structure received you?"))

    def __init__(self, gathering: Gathering, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(community=gathering.community_id)


class SendForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address of the host"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
