from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.coding.models import Code, ExcerptQuerySet, Stance
from recolte.community.models import Community, Organisation, Person
from recolte.community.people import same
from recolte.gatherings.models import Gathering


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


class StanceForm(forms.Form):
    stance = forms.ChoiceField(label=_("It"), choices=Stance.choices, initial=Stance.SUPPORTS)


class SearchExcerptsForm(forms.Form):
    """Passages by their words, their code, the structure of who speaks, the gathering that they come from."""

    q = forms.CharField(label=_("Words"), required=False)
    code = forms.ModelChoiceField(Code.objects.none(), label=_("Code"), required=False, empty_label=_("all"))
    structure = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Structure"), required=False, empty_label=_("all")
    )
    gathering = forms.ModelChoiceField(
        Gathering.objects.none(), label=_("Gathering"), required=False, empty_label=_("all")
    )

    def __init__(self, readable: ExcerptQuerySet, community: Community, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        code, structure, gathering = self.fields["code"], self.fields["structure"], self.fields["gathering"]
        assert isinstance(gathering, forms.ModelChoiceField)
        assert isinstance(code, forms.ModelChoiceField)
        assert isinstance(structure, forms.ModelChoiceField)
        code.queryset = Code.objects.filter(community=community)
        structure.queryset = Organisation.objects.filter(community=community, people__isnull=False).distinct()
        gathering.queryset = Gathering.objects.filter(pk__in=readable.order_by().values("source__gathering"))

    def among(self, excerpts: ExcerptQuerySet) -> ExcerptQuerySet:
        """Those of `excerpts` that fit what was asked; the last marked come first."""
        asked = self.cleaned_data if self.is_valid() else {}
        found = excerpts.naming(asked.get("q", "")).order_by("-created_at")
        if asked.get("code"):
            found = found.filter(codings__code=asked["code"])
        if asked.get("gathering"):
            found = found.filter(source__gathering=asked["gathering"])
        return found.spoken_from(asked["structure"]) if asked.get("structure") else found
