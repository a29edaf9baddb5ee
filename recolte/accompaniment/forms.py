"""What is filled in: a call, an application, a reading, a choice, a sum. A form is filled from its row, which actions change."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.models import model_to_dict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.accompaniment.models import (
    OUTCOMES,
    Application,
    Call,
    Choice,
    Criterion,
    FundingOption,
    Level,
    Reading,
    State,
)
from recolte.accompaniment.rules import readers, set_aside, why_unanswered, why_unknown
from recolte.community.models import Community, User
from recolte.gatherings.models import Decision
from recolte.programme.forms import FundingForm, LinesField
from recolte.programme.models import Axis, FundingLine, Phase
from recolte.ui.sorting import Folded

Data = Any  # of a request, or None
MOST_LINES = 20
LATEST = 100  # decisions that a choice may rest on


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class CriteriaField(forms.CharField):
    """A criterion a line: its name, a colon, what is looked at; a list of pairs."""

    widget = forms.Textarea(attrs={"rows": 5})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{name} : {looked_at}" if looked_at else name for name, looked_at in value)

    def clean(self, value: Any) -> list[tuple[str, str]]:
        lines = [one for line in str(super().clean(value)).splitlines() if (one := " ".join(line.split()))]
        pairs = [(name.strip(), rest.strip()) for name, _colon, rest in (line.partition(":") for line in lines)]
        if len(pairs) > MOST_LINES:
            raise ValidationError(gettext("These are many criteria: keep at most twenty."))
        if any(not name for name, _rest in pairs):
            raise ValidationError(gettext("A line begins with a colon: write the name of the criterion before it."))
        if any(len(name) > 160 or len(rest) > 500 for name, rest in pairs):
            raise ValidationError(
                gettext("A criterion is too long: keep its name short, and the rest to two sentences.")
            )
        return pairs


class CallForm(forms.ModelForm[Call]):
    criteria = CriteriaField(
        label=_("Criteria"),
        required=False,
        help_text=_(
            "One a line, what counts most first: its name, a colon, what is looked at. Those who apply read them; "
            "they stay as they are once somebody has applied."
        ),
    )
    field_order = ["title", "words", "criteria"]

    class Meta:
        model = Call
        fields = ["title", "words", "opens_on", "closes_on", "sites", "axis", "phase"]
        widgets = {"words": _text(8), "opens_on": _day(), "closes_on": _day()}
        help_texts = {
            "words": _("What is offered, to whom, and what is asked in return; in the words one would say aloud."),
            "opens_on": _("As long as this is empty, the call is being prepared, and nobody sees it from outside."),
            "closes_on": _("The last day on which one can apply, until midnight. Empty: it stays open."),
        }

    def __init__(self, community: Community, data: Data, call: Call | None = None) -> None:
        filled: dict[str, Any] = {}
        if call:
            filled = model_to_dict(call, self.Meta.fields)
            filled["criteria"] = [(one.name, one.looked_at) for one in call.criteria.all()]
        super().__init__(data, initial=filled)
        self.fields["axis"].queryset = Axis.objects.filter(community=community)  # type: ignore[attr-defined]
        self.fields["axis"].empty_label = gettext("no axis in particular")  # type: ignore[attr-defined]
        phases = Phase.objects.filter(community=community).select_related("axis")
        self.fields["phase"].queryset = phases  # type: ignore[attr-defined]
        self.fields["phase"].empty_label = gettext("no phase in particular")  # type: ignore[attr-defined]
        self.fields["phase"].label_from_instance = _phase  # type: ignore[attr-defined]

    def clean(self) -> None:
        facts = self.cleaned_data
        opens, closes = facts.get("opens_on"), facts.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", gettext("It closes before it opens: correct one of the two dates."))
        phase, axis = facts.get("phase"), facts.get("axis")
        if phase and phase.axis:
            if axis and axis != phase.axis:
                self.add_error("phase", gettext("This phase belongs to another axis: change one of the two."))
            facts["axis"] = phase.axis


def _phase(phase: Any) -> str:
    return f"{phase.axis} — {phase}" if phase.axis else str(phase)


class ApplicationForm(forms.ModelForm[Application]):
    """What a collective fills in, free words first."""

    bearers = LinesField(
        label=_("Structures that bear it"), required=False, help_text=_("One a line, with the names that they go by.")
    )
    # People do not see it; what fills in every field it finds does
    website = forms.CharField(label=_("Leave this field empty"), required=False, max_length=200)
    field_order = ["words", "expects", "name", "territory", "bearers", "contact", "email", "website"]

    class Meta:
        model = Application
        fields = ["words", "expects", "name", "territory", "contact", "email"]
        widgets = {
            "words": _text(7),
            "expects": _text(4),
            "contact": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
        labels = {"contact": _("Your name")}
        help_texts = {
            "words": _("As you would tell it to somebody who comes to see you. A few sentences are enough."),
            "email": _("A letter there leads back to your application; nobody outside those who choose sees it."),
        }

    def __init__(self, data: Data, application: Application | None = None) -> None:
        filled = model_to_dict(application, [*self.Meta.fields, "bearers"]) if application else {}
        super().__init__(data, initial=filled)
        self.fields["email"].required = True
        self.fields["website"].widget.attrs |= {"autocomplete": "off", "tabindex": "-1"}
        if application:
            # Another address could take the application away from whoever wrote it
            del self.fields["email"], self.fields["website"]

    def clean_bearers(self) -> list[str]:
        lines: list[str] = self.cleaned_data["bearers"]
        if len(lines) > MOST_LINES:
            raise ValidationError(gettext("These are many structures: name at most twenty, those that do the most."))
        return lines

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(gettext("One field is there for robots: empty the last one, then send it again."))
        return ""

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "website"}


class NotedForm(ApplicationForm):
    """An application that came otherwise: on paper, by telephone, after the last day."""

    received_on = forms.DateField(label=_("Received on"), widget=_day())
    field_order = ["received_on", *ApplicationForm.field_order]

    def __init__(self, data: Data, call: Call) -> None:
        super().__init__(data)
        self.call = call
        self.fields["received_on"].initial = call.today
        self.fields["contact"].label = gettext("who writes")
        self.fields["email"].required = False
        self.fields["email"].help_text = gettext("Without it no letter goes: tell the collective what becomes of it.")
        del self.fields["website"]

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > self.call.today:
            raise ValidationError(gettext("This day is still to come: give the day on which the application came."))
        return day


class TieForm(forms.Form):
    word = forms.CharField(
        label=_("In a word"),
        max_length=300,
        help_text=_("What ties you to this collective, or why nothing does. Those who read applications see it."),
    )


class ReadingForm(forms.Form):
    """A level and a word for each criterion, and a word on the whole."""

    def __init__(self, criteria: Sequence[Criterion], data: Data, reading: Reading | None = None) -> None:
        super().__init__(data)
        self.criteria = criteria
        written = {one.criterion_id: one for one in reading.appreciations.all()} if reading else {}
        for one in criteria:
            before = written.get(one.pk)
            self.fields[f"level-{one.pk}"] = forms.ChoiceField(
                label=one.name,
                help_text=one.looked_at,
                choices=[("", gettext("choose…")), *Level.choices],
                initial=before.level if before else "",
                error_messages={"required": why_unanswered(one)},
            )
            self.fields[f"words-{one.pk}"] = forms.CharField(
                label=gettext("In words: %(criterion)s") % {"criterion": one.name},
                required=False,
                max_length=2000,
                widget=_text(2),
                initial=before.words if before else "",
            )
        self.fields["words"] = forms.CharField(
            label=gettext("As a whole"),
            required=False,
            max_length=3000,
            widget=_text(4),
            initial=reading.words if reading else "",
        )

    def clean(self) -> None:
        """What one cannot tell is said with the reason: beside the criterion, or as a whole."""
        facts = self.cleaned_data
        for one in self.criteria:
            unsaid = not facts.get(f"words-{one.pk}") and not facts.get("words")
            if facts.get(f"level-{one.pk}") == Level.UNKNOWN and unsaid:
                self.add_error(f"words-{one.pk}", why_unknown(one))

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"level-{one.pk}"], self[f"words-{one.pk}"]) for one in self.criteria]

    @property
    def found(self) -> Mapping[Criterion, tuple[Level, str]]:
        facts = self.cleaned_data
        return {one: (Level(facts[f"level-{one.pk}"]), facts[f"words-{one.pk}"]) for one in self.criteria}


class ChoiceForm(forms.ModelForm[Choice]):
    took_part = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Who took part in the choice, beside you"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ["outcome", "word", "reasons", "deviation", "revised_because", "decision", "took_part"]

    class Meta:
        model = Choice
        fields = ["outcome", "word", "reasons", "deviation", "revised_because", "decision"]
        widgets = {
            "outcome": forms.RadioSelect,
            "word": _text(4),
            "reasons": _text(4),
            "deviation": _text(2),
            "revised_because": _text(2),
        }
        labels = {"decision": _("Decision of the committee that it rests on")}
        help_texts = {
            "word": _("The collective reads this, in a letter and by its link."),
            "reasons": _("What it rests on, what was weighed. The collective does not read it."),
            "deviation": _(
                "When a criterion is not met, the application is late, or there are more sites than hoped for."
            ),
        }

    def __init__(self, application: Application, data: Data, *, by: User) -> None:
        super().__init__(data)
        outcome = self.fields["outcome"]
        assert isinstance(outcome, forms.TypedChoiceField)
        outcome.choices = [(one.value, one.label) for one in OUTCOMES]
        if application.choices.exists():
            self.fields["revised_because"].required = True
        else:
            del self.fields["revised_because"]
        decisions = Decision.objects.filter(community=application.community_id)[:LATEST]
        decision = self.fields["decision"]
        assert isinstance(decision, forms.ModelChoiceField)
        decision.queryset = Decision.objects.filter(pk__in=[one.pk for one in decisions])
        decision.empty_label = gettext("no decision in particular")
        took_part = self.fields["took_part"]
        assert isinstance(took_part, forms.ModelMultipleChoiceField)
        others = readers(application).exclude(pk__in=[by.pk, *(one.pk for one in set_aside(application))])
        took_part.queryset = others.order_by(Folded("name"), "email")
        took_part.initial = [one.by_id for one in application.readings.all()]
        if not took_part.queryset.exists():
            del self.fields["took_part"]


class OptionForm(FundingForm):
    """A line of funding, with the site that it is for, and as of when and according to whom it stands so."""

    site = forms.ModelChoiceField(Application.objects.none(), label=_("For which site"), required=False)
    as_of = forms.DateField(label=_("As of"), widget=_day(), help_text=_("The day on which it stood so."))
    source = forms.CharField(label=_("According to"), max_length=200, required=False)
    field_order = ["funder", "purpose", "amount", "state", "as_of", "source", "site"]

    def __init__(self, call: Call, data: Data, option: FundingOption | None = None) -> None:
        super().__init__(call.community, data, option.line if option else None)
        site = self.fields["site"]
        assert isinstance(site, forms.ModelChoiceField)
        before = option.application if option else None  # it stays, withdrawn or not
        there = Q(pk=before.pk) if before else Q()
        site.queryset = call.applications.filter(~Q(state=State.WITHDRAWN) | there)
        site.empty_label = gettext("the whole call")
        self.initial["as_of"] = option.as_of if option else call.today
        if option:
            self.initial["source"], self.initial["site"] = option.source, option.application_id
        else:
            self.initial["axis"] = call.axis_id

    def facts(self, community: Community, *, by: Any) -> dict[str, Any]:
        found = super().facts(community, by=by)
        return {name: value for name, value in found.items() if name != "site"} | {"application": found["site"]}


class TieLineForm(forms.Form):
    """A line that the community has written already, so that nothing is counted twice."""

    line = forms.ModelChoiceField(FundingLine.objects.none(), label=_("Line of funding"))
    as_of = forms.DateField(label=_("As of"), widget=_day(), help_text=_("The day on which it stood so."))
    source = forms.CharField(label=_("According to"), max_length=200, required=False)

    def __init__(self, call: Call, data: Data) -> None:
        super().__init__(data, initial={"as_of": call.today}, prefix="tie")
        line = self.fields["line"]
        assert isinstance(line, forms.ModelChoiceField)
        line.queryset = FundingLine.objects.filter(community=call.community, option=None).select_related("funder")
