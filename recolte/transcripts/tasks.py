from typing import Any

from recolte.jobs.actions import Running, job
from recolte.sources.models import Source
from recolte.transcripts.actions import (
    COMPARE,
    compare_recorders,
    compare_voices,
    find_times,
    hear_run,
    propose_voices,
    transcribe,
)
from recolte.transcripts.models import Run, Transcript


@job("transcripts.transcribe", queue="speech")
def transcribe_recording(running: Running) -> dict[str, Any]:
    source = Source.objects.select_related("community", "deposit").get(pk=running.job.subject)
    result = transcribe(source, running)
    timing = running.job.options.get("timing")
    untimed = Transcript.objects.filter(pk=timing).first() if timing else None
    if untimed and running.job.by:
        find_times(untimed, by=running.job.by)
    return result


@job("transcripts.hear_again", queue="speech")
def hear_again(running: Running) -> dict[str, Any]:
    run = Run.objects.select_related("transcript__source__gathering__community", "by").get(pk=running.job.subject)
    return hear_run(run, running)


@job("transcripts.propose_voices", queue="speech")
def propose(running: Running) -> dict[str, Any]:
    transcript = Transcript.objects.select_related("source__community").get(pk=running.job.subject)
    return propose_voices(transcript, running)


@job("transcripts.compare_voices", queue="speech")
def compare(running: Running) -> dict[str, Any]:
    transcript = Transcript.objects.select_related("source__community").get(pk=running.job.subject)
    return compare_voices(transcript, running)


@job(COMPARE)
def put_beside_each_other(running: Running) -> dict[str, Any]:
    source = Source.objects.select_related("community").get(pk=running.job.options["source"])
    return compare_recorders(source, running)
