"""The choice: with its reasons, who took part, who was set aside, and why it departs from the call where it does."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from recolte.accompaniment.actions.applications import tell
from recolte.accompaniment.departures import departures
from recolte.accompaniment.models import OUTCOMES, Application, Choice, State
from recolte.accompaniment.rules import set_aside, why_not_choose
from recolte.accompaniment.sentences import departure
from recolte.community.models import User
from recolte.gatherings.models import Decision
from recolte.journal.actions import record


@transaction.atomic
def choose(
    application: Application,
    outcome: State,
    *,
    word: str,
    reasons: str,
    took_part: Collection[User] = (),
    deviation: str = "",
    revised_because: str = "",
    decision: Decision | None = None,
    by: User,
) -> Choice:
    """Accompany a collective, put it on the waiting list or decline; it is told by letter, with `word`.

    A choice made before stays beside the new one. Raises ValidationError when something is missing: the reasons, why it
    departs from the call where it does, why an earlier choice is revised; or when somebody took part who is tied, or seems
    so and has not said yet.
    """
    found = Application.objects.select_for_update().select_related("call__community", "community")
    locked = found.get(pk=application.pk)
    if why := why_not_choose(by, locked):
        raise ValidationError(why)
    if outcome not in OUTCOMES:
        raise ValidationError({"outcome": _("Choose what becomes of this application.")})
    aside = set_aside(locked)
    missing: dict[str, str] = {}
    if not word.strip():
        missing["word"] = _("The collective reads these words: give it the reasons of the choice.")
    if not reasons.strip():
        missing["reasons"] = _("Say what the choice rests on, for those who will read it in a year.")
    if set(took_part) & set(aside):
        missing["took_part"] = _(
            "Who is tied to the collective, or has not said yet whether they are, takes no part: take them off the list."
        )
    if locked.choices.exists() and not revised_because.strip():
        missing["revised_because"] = _("A choice was made before: say why it is revised.")
    codes = departures(locked, outcome)
    if codes and not deviation.strip():
        names = {one.pk: one.name for one in locked.call.criteria.all()}
        missing["deviation"] = _("This choice departs from the call (%(what)s): say why.") % {
            "what": "; ".join(departure(code, names) for code in codes)
        }
    if missing:
        raise ValidationError(missing)
    choice = Choice.objects.create(
        community=locked.community,
        application=locked,
        outcome=outcome,
        word=word.strip(),
        reasons=reasons.strip(),
        deviates_from=codes,
        deviation=deviation.strip(),
        revised_because=revised_because.strip(),
        decision=decision,
        chosen_on=locked.call.today,
        by=by,
    )
    choice.took_part.set({by, *took_part})
    choice.set_aside.set(aside)
    locked.state = outcome
    locked.save(update_fields=["state"])
    record("application.chosen", choice, by=by, application=str(locked.pk), outcome=outcome, departures=len(codes))
    tell(locked, by=by, word=choice.word)
    return choice
