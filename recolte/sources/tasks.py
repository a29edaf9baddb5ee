from typing import Any

from recolte.jobs.actions import Running, job
from recolte.sources.actions import make_hushed, prepare
from recolte.sources.models import Source, State


@job("sources.prepare")
def prepare_source(running: Running) -> dict[str, Any]:
    source = Source.objects.select_related("community", "gathering").get(pk=running.job.subject)
    if source.state != State.RECEIVED:
        return {"state": source.state}
    return prepare(source, running)


@job("sources.hush")
def hush_recording(running: Running) -> None:
    options = running.job.options
    make_hushed(Source.objects.get(pk=options["source"]), options["spans"], running)
