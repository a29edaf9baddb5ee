from django import forms
from django.utils import translation

from recolte.community.models import Role
from recolte.gatherings.models import Gathering


class Form(forms.Form):
    gathering = forms.ModelChoiceField(Gathering.objects.none())
    role = forms.ChoiceField(choices=Role)


def test_what_is_not_chosen_yet_is_said_in_a_word(db: None) -> None:
    with translation.override("en"):
        assert '<option value="" selected>choose…</option>' in str(Form()["gathering"])
        assert "choose…" not in str(Form()["role"])
