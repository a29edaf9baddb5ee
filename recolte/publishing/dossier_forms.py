from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Organisation
from recolte.gatherings.models import Gathering
from recolte.publishing.models import likely_host


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


class HostForm(forms.Form):
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Which structure received you?"))

    def __init__(self, gathering: Gathering, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(community=gathering.community_id)
        self.initial.setdefault("organisation", likely_host(gathering))


class SendForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address of the host"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
