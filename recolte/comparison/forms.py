from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from recolte.coding.models import Code, Stance
from recolte.community.models import Community
from recolte.comparison.actions import NOT_DEALT_WITH
from recolte.comparison.models import Issue, Opinion
from recolte.gatherings.linked import Address, Linked, read_address
from recolte.programme.models import Axis


class IssueForm(forms.ModelForm[Issue]):
    """What an issue says, and where it stands; `address` is that of the page where it is dealt with."""

    elsewhere_url = forms.URLField(
        label=_("where that can be read"), max_length=500, required=False, assume_scheme="https"
    )
    address = forms.CharField(
        label=_("Where it is dealt with"),
        help_text=_("Open the point of the agenda, or the decision, and copy the address of its page here."),
        required=False,
        max_length=500,
    )

    class Meta:
        model = Issue
        fields = ["title", "stakes", "axis", "codes", "elsewhere", "elsewhere_url", "calls_for"]
        widgets = {
            "stakes": forms.Textarea(attrs={"rows": 5}),
            "codes": forms.CheckboxSelectMultiple,
            "elsewhere": forms.Textarea(attrs={"rows": 3}),
            "calls_for": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "title": _("For instance: holding on to one’s people when the funding ends."),
            "elsewhere": _("Other networks, research, a law: with where you read it."),
        }

    def __init__(self, community: Community, *args: Any, dealt_with: Linked | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        axis, codes = self.fields["axis"], self.fields["codes"]
        assert isinstance(axis, forms.ModelChoiceField)
        assert isinstance(codes, forms.ModelMultipleChoiceField)
        axis.queryset = Axis.objects.filter(community=community)
        codes.queryset = Code.objects.filter(community=community)
        if not codes.queryset.exists():
            del self.fields["codes"]
        if dealt_with:
            self.fields["address"].initial = f"{settings.SITE_URL}{dealt_with.url}"

    def clean_address(self) -> Address | None:
        typed = self.cleaned_data["address"]
        if not typed:
            return None
        if (address := read_address(typed)) is None:
            raise ValidationError(NOT_DEALT_WITH)
        return address


class OpinionForm(forms.ModelForm[Opinion]):
    class Meta:
        model = Opinion
        fields = ["stance", "text"]
        labels = {"stance": _("What you say of it")}
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class UseInIssueForm(forms.Form):
    """Which issue a passage bears: one that is there, or a new one."""

    issue = forms.ModelChoiceField(
        Issue.objects.none(), label=_("An issue that is there"), required=False, empty_label=_("a new one")
    )
    title = forms.CharField(label=_("Title of the new issue"), required=False, max_length=160)
    stance = forms.ChoiceField(label=_("The passage"), choices=Stance.choices, initial=Stance.SUPPORTS)

    def __init__(self, community: Community, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issue = self.fields["issue"]
        assert isinstance(issue, forms.ModelChoiceField)
        issue.queryset = Issue.objects.filter(community=community).order_by("title")

    def clean(self) -> None:
        facts = self.cleaned_data
        if not facts.get("issue") and not (facts.get("title") or "").strip():
            self.add_error("title", _("Choose an issue that is there, or give the new one a title."))
