from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.coding.models import Code
from recolte.community.models import Community, Person
from recolte.community.people import same


class CodeForm(forms.ModelForm[Code]):
    class Meta:
        model = Code
        fields = ["name", "facet", "definition"]
        widgets = {"definition": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, community: Community, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.community = community

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        others = Code.objects.filter(community=self.community).exclude(pk=self.instance.pk)
        if any(same(code.name, name) for code in others):
            raise ValidationError(gettext("There is already a code of this name: choose another name."))
        return name


class WhoseForm(forms.Form):
    """Somebody who is known already, or somebody new: by a name, a role, or both."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label=_("Whose words are these?"), required=False, empty_label=_("somebody else")
    )
    name = forms.CharField(label=_("Their name"), required=False, max_length=120)
    role = forms.CharField(label=_("or their role"), required=False, max_length=120)

    def __init__(self, community: Community, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Person.objects.filter(community=community)
