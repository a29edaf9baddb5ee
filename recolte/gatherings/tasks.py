from datetime import date
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from recolte.gatherings.actions.digest import evenings_due, send_by_itself
from recolte.gatherings.actions.stays import erase_outlived
from recolte.gatherings.models import Gathering
from recolte.jobs.actions import Running, job, start, with_each_beat
from recolte.jobs.models import TRIES, Job

EVENING = "gatherings.evening_letter"


@job("gatherings.erase_stays", nightly=True)
def erase_stays(running: Running) -> dict[str, int]:
    return {"erased": erase_outlived()}


@job(EVENING)
def evening_letter(running: Running) -> dict[str, int]:
    told = running.job.options
    gathering = Gathering.objects.filter(pk=told["gathering"]).select_related("community").first()
    with running.step():
        return {"letters": send_by_itself(gathering, date.fromisoformat(told["day"])) if gathering else 0}


@with_each_beat
def start_evening_letters() -> None:
    """One job for each gathering and day; where it failed, a few more."""
    for gathering, day in evenings_due(timezone.now()):
        evening = uuid5(NAMESPACE_URL, f"recolte:evening:{gathering.pk}:{day}")
        begun = Job.objects.filter(name=EVENING, subject=evening)
        if begun.count() < TRIES and not begun.active().exists():
            start(EVENING, evening, community=gathering.community, gathering=str(gathering.pk), day=day.isoformat())
