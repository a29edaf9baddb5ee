from django import forms
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Role


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=Role, initial=Role.PRACTITIONER)


class AcceptForm(forms.Form):
    name = forms.CharField(label=_("Your name, as the others will see it"), max_length=120)
