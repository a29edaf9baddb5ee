"""Transcripts that somebody wrote: their turns, their voices, and the recording that they belong to."""

from pathlib import Path

import pytest

from recolte.engine.problems import Problem, Unreadable
from recolte.jobs.models import Job
from recolte.search.models import Segment
from recolte.sources.models import Kind, Source
from recolte.sources.models import State as SourceState
from recolte.transcripts.actions import bring_transcript, bringing, read_or_hear
from recolte.transcripts.models import Origin, Transcript
from tests.world import World, bring, kept

VTT = """WEBVTT
Language: fr

00:00:01.000 --> 00:00:02.500
<v Amina>On a d’abord appris

00:00:02.500 --> 00:00:04.000
<v Amina>à se faire confiance.

00:00:05.000 --> 00:00:06.000
<v Chloé R.>Et la mairie <i>est venue</i>.

00:00:99.000 --> zut
perdu
""".encode()
TURNS = [
    ("Amina", 1000, 4000, "On a d’abord appris à se faire confiance."),
    ("Chloé R.", 5000, 6000, "Et la mairie est venue."),
]


def _turns(transcript: Transcript) -> list[tuple[str, int | None, int | None, str]]:
    return [(turn.speaker, turn.start_ms, turn.end_ms, turn.text) for turn in transcript.plain().turns]


def test_a_webvtt_file_with_voices_becomes_turns_of_speakers(world: World, tmp_path: Path) -> None:
    source = bring(world, "visite.vtt", VTT, tmp_path)
    transcript = source.brought
    assert (source.kind, source.state) == (Kind.TRANSCRIPT, SourceState.READY)
    assert (transcript.origin, transcript.language, transcript.is_complete) == (Origin.BROUGHT, "fr", True)
    assert (transcript.source, transcript.is_timed) == (source, True)
    assert _turns(transcript) == TURNS
    assert [speaker.label for speaker in transcript.speakers.all()] == ["Amina", "Chloé R."]
    assert len(transcript.faults) == 1  # the line that could not be read is told, not passed over


def test_a_typed_conversation_is_a_transcript_without_times(world: World, tmp_path: Path) -> None:
    typed = "Amina : Bonjour à vous.\n\nBruno : Bonjour, on commence ?\n\nAmina : Oui, allons-y.\n".encode()
    transcript = bring(world, "entretien.txt", typed, tmp_path).brought
    assert (transcript.is_timed, [speaker for speaker, *_ in _turns(transcript)]) == (
        False,
        ["Amina", "Bruno", "Amina"],
    )
    assert transcript.speakers.count() == 2


@pytest.mark.parametrize("first", ["recording", "transcript"])
def test_a_transcript_joins_the_recording_of_its_name(world: World, first: str) -> None:
    made: dict[str, Source] = {}
    for what in [first, *({"recording", "transcript"} - {first})]:
        name, kind = {"recording": ("Visite.wav", Kind.RECORDING), "transcript": ("visite.vtt", Kind.TRANSCRIPT)}[what]
        made[what] = kept(world, name, kind, content=VTT if what == "transcript" else b"")
        read_or_hear(made[what])
    transcript = Transcript.objects.get()
    assert (transcript.source, transcript.brought_as) == (made["recording"], made["transcript"])
    assert _turns(transcript) == TURNS
    assert {segment.source for segment in Segment.objects.filter(transcript=transcript)} == {made["recording"]}
    # Nobody need listen to what is written already.
    waits = ["transcripts.transcribe"] if first == "recording" else []
    assert [job.name for job in Job.objects.all()] == waits


def test_a_transcript_of_another_name_or_gathering_joins_nothing(world: World) -> None:
    read_or_hear(kept(world, "visite.wav"))
    other = kept(world, "autre visite.vtt", Kind.TRANSCRIPT, content=VTT)
    read_or_hear(other)
    world.gathering = type(world.gathering).objects.create(community=world.community, name="Une autre")
    elsewhere = kept(world, "visite.vtt", Kind.TRANSCRIPT, content=VTT)
    read_or_hear(elsewhere)
    assert [transcript.source for transcript in Transcript.objects.order_by("id")] == [other, elsewhere]


def test_a_transcript_stays_with_the_recording_it_joined(world: World) -> None:
    recording, written = kept(world, "visite.wav"), kept(world, "visite.vtt", Kind.TRANSCRIPT, content=VTT)
    read_or_hear(written)
    read_or_hear(kept(world, "visite.mp3"))
    assert Transcript.objects.get().source == recording


@pytest.mark.parametrize("content", [b"WEBVTT\n\nNOTE rien\n", b"WEBVTT\n"])
def test_a_transcript_without_a_cue_is_kept_and_says_so(world: World, tmp_path: Path, content: bytes) -> None:
    source = bring(world, "vide.vtt", content, tmp_path)
    assert (source.state, source.problem, Transcript.objects.count()) == (SourceState.UNREADABLE, "no_cues", 0)


def test_a_transcript_file_too_large_is_not_opened(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "LARGEST_FILE", len(VTT) - 1)
    with pytest.raises(Unreadable) as refused:
        bring_transcript(kept(world, "visite.vtt", Kind.TRANSCRIPT, content=VTT))
    assert (refused.value.problem, Transcript.objects.count()) == (Problem.TOO_LARGE, 0)
