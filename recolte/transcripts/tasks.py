from typing import Any

from recolte.jobs.actions import Running, job
from recolte.sources.models import Source
from recolte.transcripts.actions import transcribe


@job("transcripts.transcribe", queue="speech")
def transcribe_recording(running: Running) -> dict[str, Any]:
    source = Source.objects.select_related("community", "deposit").get(pk=running.job.subject)
    return transcribe(source, running)
