"""Forms about the people who speak, and those that they themselves fill in."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from recolte.cards.models import Answer
from recolte.community.models import Person
from recolte.consent.models import Consent, Purpose


class PersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    role = forms.CharField(
        label=_("Role"), max_length=120, required=False, help_text=_("For instance: facilitator, resident, treasurer.")
    )
    structure = forms.CharField(
        label=_("Structure"), max_length=160, required=False, widget=forms.TextInput(attrs={"list": "structures"})
    )
    pseudonym = forms.CharField(
        label=_("Public pseudonym"),
        max_length=120,
        required=False,
        help_text=_(
            "How they are called in public, as long as their name may not be said. Without one, by their role."
        ),
    )

    @classmethod
    def of(cls, person: Person) -> "PersonForm":
        return cls(
            initial={
                "name": person.name,
                "role": person.role,
                "structure": person.organisation or "",
                "pseudonym": person.pseudonym,
            }
        )


# On a form of the team an agreement is noted that was given elsewhere: what came by the link notes itself.
NOTED = [(how.value, how.label) for how in (Consent.How.PAPER, Consent.How.SPOKEN)]


class NoteForm(forms.Form):
    """What somebody agreed to, or took back, on paper or aloud."""

    purposes = forms.MultipleChoiceField(
        label=_("To what"),
        choices=Purpose.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one thing.")},
    )
    how = forms.ChoiceField(
        label=_("How"), choices=NOTED, widget=forms.RadioSelect, error_messages={"required": _("Say how it was said.")}
    )

    def about(self, purposes: Iterable[Purpose]) -> "NoteForm":
        """The form with only `purposes` to tick."""
        self.fields["purposes"].choices = [(purpose.value, purpose.label) for purpose in purposes]  # type: ignore[attr-defined]
        return self

    @property
    def noted(self) -> list[Purpose]:
        return [Purpose(value) for value in self.cleaned_data["purposes"]]


class LinkForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"), required=False, help_text=_("The letter goes out at once; the address is not kept.")
    )


class AnswerForm(forms.Form):
    claim = forms.UUIDField()
    version = forms.CharField(max_length=64)
    answer = forms.ChoiceField(choices=Answer.choices)
    wording = forms.CharField(
        label=_("In your words"), max_length=1200, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class StrikeForm(forms.Form):
    excerpt = forms.UUIDField()


class AllowForm(forms.Form):
    """What is ticked now, and what was ticked when the page was shown: only what one changed is changed."""

    allow = forms.MultipleChoiceField(choices=Purpose.choices, required=False)
    was = forms.MultipleChoiceField(choices=Purpose.choices, required=False)
