from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Person, User
from recolte.gatherings.committee_forms import a_day
from recolte.gatherings.forms import the_only
from recolte.gatherings.models import Gathering, Lodging, Stay
from recolte.gatherings.owners import owner_choices, owner_of


class LodgingForm(forms.ModelForm[Lodging]):
    class Meta:
        model = Lodging
        fields = ["kind", "name", "address", "beds", "cost", "shared_by"]


class MyStayForm(forms.ModelForm[Stay]):
    """What somebody says of their own nights."""

    class Meta:
        model = Stay
        fields = ["arrives_on", "leaves_on", "diet", "access_needs", "remark"]
        widgets = {"arrives_on": a_day(), "leaves_on": a_day()}
        help_texts = {
            "diet": _("What you eat or do not eat, and the meals you take with us."),
            "access_needs": _("A bed on the ground floor, a quiet room, a place for a pram…"),
        }

    def clean(self) -> None:
        arrives, leaves = self.cleaned_data.get("arrives_on"), self.cleaned_data.get("leaves_on")
        if arrives and leaves and leaves < arrives:
            self.add_error("leaves_on", gettext("The stay ends before it begins: correct one of the two dates."))


class StayForm(MyStayForm):
    """What those who prepare say of anybody's nights."""

    guest = forms.ChoiceField(label=_("Who?"))

    class Meta(MyStayForm.Meta):
        fields = ["guest", "lodging", *MyStayForm.Meta.fields, "share"]

    def __init__(self, gathering: Gathering, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gathering = gathering
        guest, lodging = self.fields["guest"], self.fields["lodging"]
        assert isinstance(guest, forms.ChoiceField) and isinstance(lodging, forms.ModelChoiceField)
        lodging.queryset = Lodging.objects.filter(gathering=gathering)
        lodging.empty_label = gettext("to be found")
        if self.instance._state.adding:
            guest.choices = [("", "—"), *owner_choices(gathering.community)]
            self.initial.setdefault("lodging", the_only(lodging.queryset))
        else:
            del self.fields["guest"]  # a stay does not change hands

    def clean_guest(self) -> User | Person | None:
        return owner_of(self.gathering.community, UUID(self.cleaned_data["guest"]))
