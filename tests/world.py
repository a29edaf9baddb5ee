"""The cast: the same few people in every test, and what they brought back.

Amina coordinates, Bruno researches, Chloé was recorded (she has no account), Driss belongs to another community and must
see nothing of this one; and there is an anonymous visitor. Their community is called Les Passerelles.
"""

import io
import math
import struct
import wave
from dataclasses import dataclass
from pathlib import Path

from django.test import Client

from recolte.cards.actions import add_claim, answer, tie, write_card
from recolte.cards.models import Answer, Card, Claim, Validation
from recolte.cards.rules import standing
from recolte.coding.actions import excerpt_at
from recolte.coding.models import Excerpt
from recolte.community.actions import found_community, join
from recolte.community.models import Community, Organisation, Person, Role, User
from recolte.consent.actions import agree_to
from recolte.consent.models import Consent, Purpose
from recolte.engine.documents import as_text
from recolte.engine.turns import Turn, Word
from recolte.gatherings.actions import plan_gathering
from recolte.gatherings.models import Gathering
from recolte.jobs.actions import execute
from recolte.jobs.models import Job, State
from recolte.search.actions import index_source
from recolte.sources import store
from recolte.sources.actions import open_deposit, receive
from recolte.sources.models import Kind, Rendition, Source
from recolte.sources.models import State as SourceState
from recolte.transcripts.actions import add_turns, changed, mark_listened, name_voice
from recolte.transcripts.models import Origin, Transcript

DATA = Path(__file__).parent / "data"
AGREED = "Tous les présents, à voix haute, le 16 septembre."
CAST = ["amina", "bruno", "chloe", "driss", "anonymous"]


@dataclass
class World:
    amina: User
    bruno: User
    driss: User
    community: Community
    elsewhere: Community
    gathering: Gathering
    atelier: Organisation
    chloe: Person

    def client(self, who: str) -> Client:
        """A browser of one of the cast; Chloé and the visitor have no account."""
        client = Client()
        if who in ("amina", "bruno", "driss"):
            client.force_login(getattr(self, who))
        return client


def make_world() -> World:
    amina = User.objects.create_user("amina@example.org", "Amina")
    bruno = User.objects.create_user("bruno@example.org", "Bruno")
    driss = User.objects.create_user("driss@example.org", "Driss")
    community = found_community("Les Passerelles", by=amina)
    join(community, bruno, Role.RESEARCHER, by=amina)
    elsewhere = found_community("Ailleurs", by=driss)
    gathering = plan_gathering(community, "Visite à l’Atelier", by=amina, place="Dijon")
    atelier = Organisation.objects.create(community=community, name="L’Atelier")
    chloe = Person.objects.create(
        community=community, name="Chloé", role="menuisière", pseudonym="Une artisane", organisation=atelier
    )
    return World(amina, bruno, driss, community, elsewhere, gathering, atelier, chloe)


def bring(
    world: World, name: str, content: bytes, tmp_path: Path, *, by: User | None = None, agreed: str = AGREED
) -> Source:
    """A file that somebody (Amina) brought to the gathering; the jobs that follow have been done."""
    path = tmp_path / "brought"
    path.write_bytes(content)
    deposit = open_deposit(world.gathering, by=by or world.amina, agreed=agreed, resume=True)
    source = receive(deposit, path, name)
    assert isinstance(source, Source), source
    work()
    source.refresh_from_db()
    return source


FORMATS = {
    Kind.RECORDING: ("wav", "audio/wav"),
    Kind.TRANSCRIPT: ("vtt", "text/vtt"),
    Kind.DOCUMENT: ("md", "text/markdown"),
    Kind.PHOTO: ("jpeg", "image/jpeg"),
}
RENDITIONS = {
    Kind.RECORDING: [(Rendition.Role.LISTENING, "audio/webm"), (Rendition.Role.PEAKS, "application/json")],
    Kind.PHOTO: [(Rendition.Role.PICTURE, "image/webp"), (Rendition.Role.THUMBNAIL, "image/webp")],
}


def kept(
    world: World,
    name: str,
    kind: Kind = Kind.RECORDING,
    *,
    by: User | None = None,
    agreed: str = AGREED,
    text: str = "",
    content: bytes = b"",
) -> Source:
    """A source as it is once it has been looked into, without the looking: quick, for what only shows it.

    `text` is that of a document; the bytes, and those of the renditions, are not what they say they are.
    """
    deposit = open_deposit(world.gathering, by=by or world.amina, agreed=agreed, resume=True)
    community = world.community
    format, media_type = FORMATS[kind]
    source = Source.objects.create(
        community=community,
        gathering=world.gathering,
        deposit=deposit,
        attestation=deposit.attestation,
        kind=kind,
        state=SourceState.READY,
        name=name,
        format=format,
        media_type=media_type,
        duration_ms=4000 if kind == Kind.RECORDING else None,
        width=400 if kind == Kind.PHOTO else None,
        height=300 if kind == Kind.PHOTO else None,
        blocks=[{"kind": "p", "text": text}] if text else [],
        **store.put(community.pk, io.BytesIO(content or name.encode()))._asdict(),
    )
    for role, media_type in RENDITIONS.get(kind, []):
        made = store.put(community.pk, io.BytesIO(f"{role} of {name}".encode()))
        Rendition.objects.create(community=community, source=source, role=role, media_type=media_type, **made._asdict())
    index_source(source)
    return source


def work() -> None:
    """Do the jobs that wait, here and now, as a worker would."""
    while job := Job.objects.filter(state=State.QUEUED).order_by("id").first():
        execute(str(job.pk))


def note(title: str = "Carnet", text: str = "On a parlé de coopération.") -> bytes:
    return f"# {title}\n\n{text}\n".encode()


def spoken(source: Source, *texts: str) -> Transcript:
    """A machine's transcript of `source`, complete: each text is a turn, each word lasts 400 ms."""
    transcript = Transcript.objects.create(
        community=source.community, source=source, origin=Origin.MACHINE, language="fr", is_complete=True
    )
    turns, clock = [], 0
    for text in texts:
        start, words, at = clock, [], 0
        for word in text.split(" "):
            words.append(Word(at, at + len(word), clock, clock + 400, 0.9))
            at, clock = at + len(word) + 1, clock + 400
        turns.append(Turn(text, "Voix 1", start, clock, tuple(words)))
    add_turns(transcript, turns)
    changed(transcript)
    return transcript


QUOTED = [Purpose.GROUP, Purpose.QUOTE_PSEUDONYM, Purpose.PUBLISH_AUDIO]


def says(world: World, source: Source, *texts: str, person: Person | None = None) -> Transcript:
    """What a person (Chloé) says in `source`: named, turn by turn, and listened to."""
    transcript = spoken(source, *texts)
    turns = list(transcript.turns.select_related("transcript"))
    name_voice(turns, person or world.chloe, by=world.bruno)
    mark_listened(turns, by=world.bruno)
    return Transcript.objects.get(pk=transcript.pk)


def allows(person: Person, *purposes: Purpose) -> None:
    """The person agrees to these purposes (by their link); to all that publishing asks, if none is named."""
    agree_to(person, purposes or QUOTED, how=Consent.How.LINK, by=None)


def passage_of(world: World, place: Transcript | Source, words: str, *, person: Person | None = None) -> Excerpt:
    """The passage that these words are in `place`."""
    text = place.text if isinstance(place, Transcript) else as_text(place.blocks)
    start = text.index(words)
    return excerpt_at(place, start, start + len(words), by=world.bruno, person=person)


def claimed(world: World, text: str, *excerpts: Excerpt, card: Card | None = None) -> Claim:
    """A claim on a card, borne by these passages; nobody has answered to it yet."""
    card = card or write_card(world.community, "Ce que la visite nous apprend", by=world.amina)
    claim = add_claim(card, text, by=world.amina)
    for excerpt in excerpts:
        tie(claim, excerpt, by=world.amina)
    return claim


def accepts(person: Person, claim: Claim) -> Validation:
    return answer(claim, person, Answer.ACCEPTED, version=standing(claim).version)


def silence(seconds: float = 1.0) -> bytes:
    """A recording of silence (WAV, 16 kHz, mono)."""
    return tone(seconds, 0)


def tone(seconds: float = 1.0, amplitude: int = 8000) -> bytes:
    """A recording of one plain tone (WAV, 16 kHz, mono)."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        samples = (int(amplitude * math.sin(i * 0.17)) for i in range(int(seconds * 16000)))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return out.getvalue()
