from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recolte.gatherings.forms import GatheringField
from recolte.gatherings.models import Gathering
from recolte.sources.models import Kind


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
        help_text=_("“exact words” between quotes, begin* for a beginning"),
    )
    gathering = GatheringField(
        label=_("Gathering"), queryset=Gathering.objects.none(), required=False, empty_label=_("all gatherings")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("everything")), *Kind.choices], required=False)
    page = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=1000)

    def __init__(self, gatherings: QuerySet[Gathering], *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.fields["gathering"].queryset = gatherings  # type: ignore[attr-defined]
