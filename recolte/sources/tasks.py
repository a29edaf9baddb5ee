from typing import Any

from recolte.jobs.actions import Running, job
from recolte.sources.actions import prepare
from recolte.sources.models import Source, State


@job("sources.prepare")
def prepare_source(running: Running) -> dict[str, Any]:
    source = Source.objects.select_related("community", "gathering").get(pk=running.job.subject)
    if source.state != State.RECEIVED:
        return {"state": source.state}
    return prepare(source, running)
