"""What a choice would depart from: the criteria as they were read, the dates of the call, the number of its sites."""

from recolte.accompaniment.models import Application, Appreciation, Level, State
from recolte.accompaniment.sentences import ALL_MET, FULL, LATE, NOT_MET, PARTLY


def departures(application: Application, outcome: str) -> list[str]:
    """The codes of what choosing `outcome` departs from, in the order in which they are said."""
    found = Appreciation.objects.filter(reading__application=application)
    others = application.call.applications.filter(state=State.ACCOMPANIED).exclude(pk=application.pk)
    is_full = application.call.sites is not None and others.count() >= application.call.sites
    if outcome == State.ACCOMPANIED:
        not_met = found.filter(level=Level.NOT_MET).order_by("criterion__position", "criterion").distinct()
        codes = [f"{NOT_MET}{pk}" for pk in not_met.values_list("criterion", flat=True)]
        partly = found.filter(level=Level.PARTLY).order_by("criterion__position", "criterion").distinct()
        half = [pk for pk in partly.values_list("criterion", flat=True) if f"{NOT_MET}{pk}" not in codes]
        codes += [f"{PARTLY}{pk}" for pk in half]
        return codes + ([LATE] if application.is_late else []) + ([FULL] if is_full else [])
    # Whoever meets every criterion waits, as long as there is no room
    has_room = outcome != State.WAITING or not is_full
    return [ALL_MET] if has_room and found.exists() and not found.exclude(level=Level.MET).exists() else []
