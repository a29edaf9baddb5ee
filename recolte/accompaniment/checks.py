"""Choices ↔ their reasons, those who made them and the status that the collective reads."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.accompaniment.models import Application, Choice, State
from recolte.journal.models import Event
from recolte.journal.verifying import Walk, verifies


@verifies(60, gettext_lazy("choices of applications and their reasons"))
def choices(walk: Walk) -> None:
    made = {
        subject: (data.get("application"), data.get("outcome"))
        for subject, data in Event.objects.filter(verb="application.chosen").values_list("subject_id", "data")
    }
    last: dict[object, str] = {}
    every = Choice.objects.select_related("application").prefetch_related("took_part", "set_aside").order_by("id")
    for one in every.iterator(500):
        walk.seen += 1
        last[one.application_id] = one.outcome
        where, community = one.application.get_absolute_url(), one.community_id
        if made.get(str(one.pk)) != (str(one.application_id), one.outcome):
            walk.lost(where, _("A choice is not the one that was made: make it again, with its reasons."), community)
        if {user.pk for user in one.took_part.all()} & {user.pk for user in one.set_aside.all()}:
            walk.lost(where, _("Somebody who is tied to the collective took part in the choice: revise it."), community)
        if one.application.is_withdrawn:
            continue  # its words were erased with the application's
        if not (one.word and one.reasons):
            walk.lost(where, _("A choice has no reasons: revise it, and give them."), community)
        if one.deviates_from and not one.deviation:
            walk.lost(where, _("A choice departs from the call without saying why: revise it."), community)
    for pk, state, community in Application.objects.exclude(state=State.WITHDRAWN).values_list(
        "pk", "state", "community"
    ):
        if state not in (State.RECEIVED, State.READING, last.get(pk)):
            sentence = _("The status that a collective reads is not what was chosen: revise the choice.")
            walk.lost(f"/candidatures/{pk}/", sentence, community)
