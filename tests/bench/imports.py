"""Importing a two-hour transcript: words per second, beside what webvtt-py and srt need to parse the same file."""

import tempfile
from pathlib import Path

import srt as srt_library
import webvtt

from recolte.community.actions import found_community
from recolte.community.models import User
from recolte.engine.formats import FORMATS
from recolte.engine.turns import Transcript as Plain
from recolte.engine.turns import Turn
from recolte.gatherings.actions import plan_gathering
from recolte.sources.actions import open_deposit, receive
from recolte.sources.models import Source
from recolte.transcripts.actions import add_turns, changed
from recolte.transcripts.models import Origin, Transcript
from tests.bench.long import two_hours
from tests.bench.timing import cpu_ms, table
from tests.world import tone


def measure() -> str:
    turns = two_hours()
    words = sum(len(turn.text.split()) for turn in turns)
    plain = Plain([Turn(turn.text, turn.speaker, turn.start_ms, turn.end_ms) for turn in turns], "fr")
    rows: list[list[object]] = []
    peers = {"vtt": _webvtt, "srt": lambda text: list(srt_library.parse(text))}
    for name, peer in peers.items():
        written = FORMATS[name].write
        read = FORMATS[name].read
        assert written and read
        text = written(plain)
        theirs = cpu_ms(lambda peer=peer, text=text: peer(text), 5)
        ours = cpu_ms(lambda read=read, text=text: read(text.encode()), 5)
        rows.append([f"parse {name}: the library of the field (baseline)", words / theirs * 1000, 1.0])
        rows.append([f"parse {name}: Récolte, with speakers and faults by line", words / ours * 1000, theirs / ours])
    rows.append(["into the database and the search index", words / _into_database(plain) * 1000, "–"])
    return table(["what", "words per CPU second", "ratio"], rows)


def _webvtt(text: str) -> object:
    return webvtt.from_string(text).captions


def _into_database(plain: Plain) -> float:
    community = found_community("Bench", by=None)
    person = User.objects.create_user("bench@example.org")
    gathering = plan_gathering(community, "Bench", by=person)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "son.wav"
        path.write_bytes(tone(1))
        source = receive(open_deposit(gathering, by=person), path, path.name)
    assert isinstance(source, Source)

    def once() -> None:
        transcript = Transcript.objects.create(community=community, source=source, origin=Origin.BROUGHT)
        add_turns(transcript, plain.turns)
        changed(transcript)

    return cpu_ms(once, 5)
