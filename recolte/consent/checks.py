"""Agreements ↔ the journal: each was given, and each that was taken back is taken back."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.consent.models import Consent
from recolte.journal.models import Event
from recolte.journal.verifying import Walk, verifies


@verifies(15, gettext_lazy("agreements, given and taken back"))
def consents(walk: Walk) -> None:
    told: dict[str, dict[str, tuple[str | None, str | None]]] = {"consent.given": {}, "consent.withdrawn": {}}
    events = Event.objects.filter(verb__in=told).values_list("verb", "subject_id", "data__person", "data__purpose")
    for verb, subject, person, purpose in events.iterator(5000):
        told[verb][subject] = (person, purpose)
    rows = Consent.objects.values_list("pk", "person", "purpose", "withdrawn_at", "community")
    for pk, person, purpose, withdrawn_at, community in rows.iterator(5000):
        walk.seen += 1
        where, fact = f"/personnes/{person}/", (str(person), purpose)
        given, withdrawn = (told[verb].get(str(pk)) for verb in told)
        if (given or withdrawn) != fact:
            walk.lost(where, _("An agreement is noted that this person did not give: ask them again."), community)
        elif (withdrawn is not None) != (withdrawn_at is not None):
            walk.lost(where, _("What this person took back is noted otherwise: ask them again."), community)
