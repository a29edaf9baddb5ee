from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Community, Person, User
from recolte.gatherings.forms import GatheringField
from recolte.gatherings.models import AgendaItem, Decision, Gathering, Task
from recolte.gatherings.owners import owner_choices, owner_of


def a_day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ItemForm(forms.ModelForm[AgendaItem]):
    class Meta:
        model = AgendaItem
        fields = ["title", "brought_by"]


class MinutesForm(forms.ModelForm[AgendaItem]):
    class Meta:
        model = AgendaItem
        fields = ["title", "brought_by", "minutes"]
        widgets = {"minutes": forms.Textarea(attrs={"rows": 6})}


class DecisionForm(forms.ModelForm[Decision]):
    class Meta:
        model = Decision
        fields = ["text", "decided_on"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2}), "decided_on": a_day()}


class PostponeForm(forms.Form):
    to = GatheringField(Gathering.objects.none(), label=_("To which gathering?"))

    def __init__(self, item: AgendaItem, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        assert isinstance(to, forms.ModelChoiceField)
        to.queryset = Gathering.objects.following(item.gathering)


class SupportForm(forms.Form):
    address = forms.CharField(
        label=_("Address of a page"),
        help_text=_(
            "Open the source, the excerpt, the issue or the card that the decision rests on, and copy its address here."
        ),
        max_length=500,
    )


class TaskForm(forms.ModelForm[Task]):
    owner = forms.ChoiceField(label=_("Who?"), required=False)

    class Meta:
        model = Task
        fields = ["what", "owner", "due_on"]
        widgets = {"due_on": a_day()}

    def __init__(self, community: Community, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)
        owner.choices = [("", _("nobody yet")), *owner_choices(community)]
        self.community = community

    def clean_owner(self) -> User | Person | None:
        chosen = self.cleaned_data["owner"]
        return owner_of(self.community, UUID(chosen)) if chosen else None
