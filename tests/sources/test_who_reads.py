"""A practitioner reads and hears a recording once every voice in it agreed, and no more after one took it back."""

import pytest
from django.test import Client

from recolte.community.actions import join
from recolte.community.models import Person, Role, User
from recolte.community.people import find_or_make_person
from recolte.consent.actions import agree_to, withdraw
from recolte.consent.models import Consent, Purpose
from recolte.search.actions import search
from recolte.sources.models import Kind, Source
from recolte.transcripts.actions import name_voice
from recolte.transcripts.models import Transcript
from tests.world import World, kept, spoken

PAPER = Consent.How.PAPER
pytestmark = pytest.mark.slow  # every way in, for every step


@pytest.fixture
def nadia(world: World) -> User:
    user = User.objects.create_user("nadia@example.org", "Nadia")
    join(world.community, user, Role.PRACTITIONER, by=world.amina)
    return user


@pytest.fixture
def voices(world: World) -> list[Person]:
    return [world.chloe, find_or_make_person(world.community, name="Émile", by=world.amina)]


@pytest.fixture
def transcript(world: World) -> Transcript:
    return spoken(kept(world, "table-ronde.wav"), "On décide ensemble.", "Et on mange un pamplemousse.")


def _name(transcript: Transcript, voices: list[Person], world: World) -> None:
    for turn, person in zip(transcript.turns.order_by("position"), voices, strict=False):
        name_voice([turn], person, by=world.bruno)


def _reads(user: User, transcript: Transcript) -> set[str]:
    """By which ways `user` comes to what is said."""
    client = Client()
    client.force_login(user)
    source = transcript.source
    ways = {
        "listen": f"/ecoute/{source.pk}/",
        "page": f"/recueil/{source.pk}/",
        "original": f"/recueil/{source.pk}/original/",
        "sound": f"/recueil/{source.pk}/listening/",
        "words": f"/transcriptions/{transcript.pk}/mots.json",
        "text": f"/transcriptions/{transcript.pk}.vtt",
    }
    found = set()
    for way, url in ways.items():
        response = client.get(url)
        list(response)  # a medium's file is open until it is read
        if response.status_code == 200:
            found.add(way)
    if search("pamplemousse", by=user)[1]:
        found.add("search")
    if source.name in client.get(source.gathering.get_absolute_url()).content.decode():
        found.add("gathering")
    return found


EVERY_WAY = {"listen", "page", "original", "sound", "words", "text", "search", "gathering"}


def test_who_works_on_it_reads_it_at_once(world: World, nadia: User, transcript: Transcript) -> None:
    assert _reads(world.bruno, transcript) == EVERY_WAY
    assert _reads(nadia, transcript) == set()


def test_a_practitioner_reads_once_every_voice_agreed(
    world: World, nadia: User, voices: list[Person], transcript: Transcript
) -> None:
    for person in voices:
        agree_to(person, [Purpose.GROUP], how=PAPER, by=world.amina)
    _name(transcript, voices[:1], world)
    assert _reads(nadia, transcript) == set()  # one voice is nobody's
    _name(transcript, voices, world)
    assert _reads(nadia, transcript) == EVERY_WAY


def test_one_voice_that_did_not_agree_closes_it(
    world: World, nadia: User, voices: list[Person], transcript: Transcript
) -> None:
    _name(transcript, voices, world)
    agree_to(voices[0], list(Purpose), how=PAPER, by=world.amina)
    assert _reads(nadia, transcript) == set()
    agree_to(voices[1], [Purpose.GROUP], how=PAPER, by=world.amina)
    assert _reads(nadia, transcript) == EVERY_WAY
    withdraw(voices[0], [Purpose.GROUP], how=PAPER, by=None)
    assert _reads(nadia, transcript) == set()
    assert _reads(world.bruno, transcript) == EVERY_WAY


@pytest.mark.parametrize("purpose", [Purpose.RECORD, Purpose.TRANSCRIBE])
def test_taking_back_the_recording_closes_it_to_all_but_who_brought_it(
    world: World, nadia: User, voices: list[Person], transcript: Transcript, purpose: Purpose
) -> None:
    _name(transcript, voices, world)
    for person in voices:
        agree_to(person, [Purpose.GROUP], how=PAPER, by=world.amina)
    withdraw(voices[1], [purpose], how=PAPER, by=None)
    assert (_reads(nadia, transcript), _reads(world.bruno, transcript)) == (set(), set())
    assert _reads(world.amina, transcript) == EVERY_WAY
    agree_to(voices[1], [purpose], how=PAPER, by=None)
    assert _reads(nadia, transcript) == EVERY_WAY


def test_without_an_attestation_nobody_but_who_brought_it(
    world: World, nadia: User, voices: list[Person], transcript: Transcript
) -> None:
    _name(transcript, voices, world)
    for person in voices:
        agree_to(person, list(Purpose), how=PAPER, by=world.amina)
    Source.objects.update(attestation=None)
    readers = [_reads(user, transcript) for user in (world.amina, world.bruno, nadia, world.driss)]
    assert readers == [EVERY_WAY, set(), set(), set()]


def test_a_note_without_voices_is_the_communitys(world: World, nadia: User) -> None:
    note = kept(world, "carnet.md", Kind.DOCUMENT, text="Un pamplemousse.")
    assert list(Source.objects.readable_by(nadia)) == [note]


def test_what_a_practitioner_brought_stays_theirs_to_read(world: World, nadia: User) -> None:
    source = kept(world, "la-mienne.wav", by=nadia)
    spoken(source, "Une voix que personne n’a reconnue.")
    assert list(Source.objects.readable_by(nadia)) == [source]
