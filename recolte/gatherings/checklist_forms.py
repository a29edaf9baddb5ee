from django import forms
from django.utils.translation import gettext_lazy as _

from recolte.gatherings.models import ChecklistItem


class ChecklistForm(forms.ModelForm[ChecklistItem]):
    class Meta:
        model = ChecklistItem
        fields = ["what", "moment"]


class DigestForm(forms.Form):
    again = forms.BooleanField(required=False, widget=forms.HiddenInput)  # it was said that one was sent today
    body = forms.CharField(label=_("The letter"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 12}))
