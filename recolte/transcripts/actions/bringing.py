"""A transcript that somebody wrote, or another program: read, and joined to its recording."""

from django.db import transaction
from django.db.models import F

from recolte.engine.formats import FORMATS
from recolte.engine.formats.cues import into_turns
from recolte.engine.problems import Problem, Unreadable
from recolte.jobs.crashpoints import crashpoint
from recolte.journal.actions import record
from recolte.sources import store
from recolte.sources.models import Kind, Source
from recolte.transcripts.actions.versions import add_turns, changed
from recolte.transcripts.models import Origin, Transcript

SUBTITLES = ("vtt", "srt", "podcast")  # cues are cut for the eye: they are joined into turns
LARGEST_FILE = 32 * 1024 * 1024  # bytes of a transcript file; three hours of talk make about 300 kB


@transaction.atomic
def bring_transcript(source: Source) -> Transcript:
    """Read the transcript file `source`; it goes to the recording of the same name, when there is one (both agreed).

    Raises `Unreadable` when nothing in it can be read.
    """
    if source.size > LARGEST_FILE:
        raise Unreadable(Problem.TOO_LARGE)
    read = FORMATS[source.format].read
    if read is None:
        raise Unreadable(Problem.UNKNOWN_KIND)
    with store.open_file(source.community_id, source.sha256) as file:
        plain = read(file.read())
    turns = into_turns(plain.turns) if source.format in SUBTITLES else plain.turns
    recording = next(iter(namesakes(source, Kind.RECORDING)), None)
    transcript = Transcript.objects.create(
        community=source.community,
        source=recording or source,
        brought_as=source,
        origin=Origin.BROUGHT,
        language=plain.language,
        is_complete=True,
        faults=[[fault.line, fault.code] for fault in plain.faults],
        engine={"format": source.format},
    )
    add_turns(transcript, turns)
    crashpoint("bring.added")
    record("transcript.brought", transcript, by=source.deposit.by, turns=len(turns))
    changed(transcript)
    return transcript


def adopt_brought(recording: Source) -> None:
    """A transcript that came in before the recording of the same name was its own reader; now it joins the recording."""
    brought = namesakes(recording, Kind.TRANSCRIPT)
    for transcript in Transcript.objects.filter(brought_as__in=brought, source=F("brought_as")):
        transcript.source = recording
        transcript.save(update_fields=["source"])
        changed(transcript)


def namesakes(source: Source, kind: Kind) -> list[Source]:
    """The sources of the same name — agreed, as `source` is: so that whoever reads the one may read the other."""
    if not source.is_agreed:
        return []
    others = Source.objects.filter(gathering=source.gathering_id, kind=kind).exclude(attestation=None)
    return [other for other in others.select_related("community") if other.stem == source.stem]
