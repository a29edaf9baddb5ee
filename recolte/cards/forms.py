from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recolte.cards.models import Card, Claim, Kind
from recolte.coding.models import Stance
from recolte.community.models import Community


class CardForm(forms.ModelForm[Card]):
    class Meta:
        model = Card
        fields = ["title", "question"]
        widgets = {"question": forms.Textarea(attrs={"rows": 2})}
        help_texts = {"question": _("For instance: what makes a town hall come and listen?")}


class ClaimForm(forms.ModelForm[Claim]):
    class Meta:
        model = Claim
        fields = ["kind", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class UseForm(forms.Form):
    """Which claim a passage bears: one that is there, or a new one on a card."""

    claim = forms.ModelChoiceField(
        Claim.objects.none(), label=_("A claim that is there"), required=False, empty_label=_("a new one")
    )
    card = forms.ModelChoiceField(
        Card.objects.none(), label=_("On the card"), required=False, empty_label=_("a new card")
    )
    title = forms.CharField(label=_("Title of the new card"), required=False, max_length=160)
    kind = forms.ChoiceField(label=pgettext_lazy("of a claim", "Kind"), choices=Kind.choices, initial=Kind.FINDING)
    text = forms.CharField(
        label=_("What we say"), required=False, max_length=1200, widget=forms.Textarea(attrs={"rows": 3})
    )
    stance = forms.ChoiceField(label=_("The passage"), choices=Stance.choices, initial=Stance.SUPPORTS)

    def __init__(self, community: Community, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        claims, cards = self.fields["claim"], self.fields["card"]
        assert isinstance(claims, forms.ModelChoiceField)
        assert isinstance(cards, forms.ModelChoiceField)
        claims.queryset = Claim.objects.filter(community=community).order_by("card", "position")
        cards.queryset = Card.objects.filter(community=community)

    def clean(self) -> None:
        facts = self.cleaned_data
        if not facts.get("claim"):
            if len(facts.get("text") or "") < 3:
                self.add_error("text", _("Choose a claim that is there, or write a new one."))
            if not facts.get("card") and not (facts.get("title") or "").strip():
                self.add_error("title", _("Choose a card that is there, or give the new one a title."))
