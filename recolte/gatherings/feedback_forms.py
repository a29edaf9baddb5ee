from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Community, Person
from recolte.gatherings.actions.feedback import LONGEST
from recolte.gatherings.models import HotQuestions
from recolte.gatherings.models.feedback import DEFAULTS


class QuestionsForm(forms.Form):
    """As many questions as there are by default; one left empty is not asked."""

    def __init__(self, asked: HotQuestions | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        questions = asked.questions if asked else [str(one) for one in DEFAULTS]
        for number, _default in enumerate(DEFAULTS):
            self.fields[f"question_{number}"] = forms.CharField(
                label=gettext("Question %(number)d") % {"number": number + 1},
                max_length=200,
                required=False,
                initial=questions[number] if number < len(questions) else "",
            )

    @property
    def questions(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]


class AnswersForm(forms.Form):
    def __init__(self, asked: HotQuestions, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, question in enumerate(asked.questions):
            self.fields[f"answer_{number}"] = forms.CharField(
                label=question, max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )

    @property
    def texts(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]


class LinkForm(forms.Form):
    person = forms.ModelChoiceField(Person.objects.none(), label=_("For whom?"), empty_label=None)

    def __init__(self, community: Community, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.fields["person"]
        assert isinstance(person, forms.ModelChoiceField)
        person.queryset = Person.objects.filter(community=community, user=None)
