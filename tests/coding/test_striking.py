"""Words struck off the record, by those who work on a recording for somebody who asked: who still sees them, and where."""

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recolte.coding.actions import code_excerpt, make_code, strike, take_strike_back
from recolte.coding.models import Excerpt
from recolte.coding.passages import passage
from recolte.community.actions import join
from recolte.community.models import Person, Role, User
from recolte.community.people import find_or_make_person
from recolte.engine.formats import FORMATS
from recolte.jobs.actions import execute, start
from recolte.jobs.models import Job, State
from recolte.journal.models import Event
from recolte.search.actions import search
from recolte.sources.models import Kind, Source
from recolte.sources.withheld import seconds_to_hush, withheld
from recolte.transcripts.actions import add_turns, changed, correct_turn, mark_listened, name_voice
from recolte.transcripts.leaving import leaving
from recolte.transcripts.models import Origin, SameMoment, Transcript, Turn
from tests.world import World, allows, kept, passage_of, spoken, work

SAID = ["Le voisin boit trop, mais on travaille bien.", "Chacun son tour, on range."]
STRUCK = "voisin boit trop"
MARK = "[hors micro]"


@dataclass
class Heard:
    world: World
    source: Source
    transcript: Transcript
    emile: Person
    elise: User  # of the community, and not of those who work on it

    @property
    def turns(self) -> list[Turn]:
        return list(self.transcript.turns.order_by("position"))

    def as_elise(self) -> Client:
        client = Client()
        client.force_login(self.elise)
        return client

    def struck(self) -> Excerpt:
        excerpt = passage_of(self.world, self.transcript, STRUCK)
        strike(excerpt, self.world.chloe, by=self.world.bruno)
        return excerpt


@pytest.fixture
def heard(world: World, monkeypatch: pytest.MonkeyPatch) -> Heard:
    monkeypatch.setattr("recolte.transcripts.leaving.mark", lambda: MARK)
    for stage in ("transcripts.reading", "search.actions", "coding.views.shown"):
        monkeypatch.setattr(f"recolte.{stage}.mark", lambda: MARK)
    source = kept(world, "table-ronde.wav")
    transcript = spoken(source, *SAID)
    emile = find_or_make_person(world.community, name="Émile", role="trésorier", by=world.amina)
    for turn, person in zip(transcript.turns.order_by("position"), (world.chloe, emile), strict=True):
        name_voice([turn], person, by=world.bruno)
        mark_listened([turn], by=world.bruno)
        allows(person)
    elise = User.objects.create_user("elise@example.org", "Élise")
    join(world.community, elise, Role.PRACTITIONER, by=world.amina)
    return Heard(world, source, Transcript.objects.get(pk=transcript.pk), emile, elise)


def _text(response: HttpResponseBase) -> str:
    assert response.status_code == 200
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def _sent(client: Client, *files: str) -> list[int]:
    """How the server answers to who asks for `files`."""
    found = []
    for file in files:
        response = client.get(file)
        b"".join(response)  # type: ignore[arg-type] # to its end: the file is closed
        found.append(response.status_code)
    return found


def heard_bytes(client: Client, file: str) -> bytes:
    return b"".join(client.get(file))  # type: ignore[arg-type]


# What leaves


@pytest.mark.parametrize("format", [key for key, one in FORMATS.items() if one.write])
def test_no_format_takes_struck_words_along(heard: Heard, format: str) -> None:
    heard.struck()
    address = reverse("download_transcript", args=[heard.transcript.pk, format])
    file = heard_bytes(heard.world.client("amina"), address)
    if FORMATS[format].is_packed:
        with ZipFile(BytesIO(file)) as packed:
            file = b"".join(map(packed.read, packed.namelist()))
    said = file.decode(errors="replace")
    assert [word for word in ("voisin", "boit", "trop") if word in said] == []
    assert [word for word in ("hors micro", "travaille", "range") if word not in said] == []


def test_what_leaves_has_the_same_turns_at_the_same_times(heard: Heard) -> None:
    before = heard.transcript.plain()
    heard.struck()
    after, count = leaving(heard.transcript)
    assert count == 1
    assert [(one.speaker, one.start_ms, one.end_ms) for one in after.turns] == [
        (one.speaker, one.start_ms, one.end_ms) for one in before.turns
    ]
    assert [one.text for one in after.turns] == [SAID[0].replace(STRUCK, MARK), SAID[1]]
    (mark,) = [one for one in after.turns[0].words if after.turns[0].text[one.start : one.end] == MARK]
    assert (mark.start_ms, mark.end_ms) == (400, 1600)


def test_it_is_struck_in_another_transcript_of_the_recording_too(heard: Heard) -> None:
    brought = Transcript.objects.create(
        community=heard.world.community, source=heard.source, origin=Origin.BROUGHT, language="fr", is_complete=True
    )
    add_turns(brought, heard.transcript.plain().turns)
    changed(brought)
    heard.struck()
    # by its seconds, with the comma that the machine put to the word
    assert leaving(brought)[0].turns[0].text == SAID[0].replace(f"{STRUCK},", MARK)


def test_what_another_recorder_heard_of_it_is_withheld_too(heard: Heard) -> None:
    pocket = kept(heard.world, "dans une poche.wav")
    theirs = spoken(pocket, *SAID)
    facts = {"drift": 0, "likeness": 1, "sureness": 9, "shared_ms": 4000, "loud_in_one": 0, "loud_in_other": 0}
    pair = SameMoment.objects.create(
        community=heard.world.community, one=heard.source, other=pocket, offset_ms=0,
        clarity_of_one=20, clarity_of_other=9, **facts,
    )  # fmt: skip
    seconds = (heard.struck().start_ms or 0, heard.struck().end_ms or 0)
    assert [one.seconds for one in withheld([pocket.pk])[pocket.pk]] == [seconds]
    assert [word for word in ("voisin", "boit", "trop") if word in leaving(theirs)[0].turns[0].text] == []
    assert leaving(theirs)[0].turns[1].text == SAID[1]
    assert {*Job.objects.filter(name="sources.hush").values_list("options__source", flat=True)} == {
        str(heard.source.pk), str(pocket.pk),
    }  # fmt: skip
    pair.offset_ms = -500  # the pocket began half a second sooner
    pair.save()
    assert [one.seconds for one in withheld([pocket.pk])[pocket.pk]] == [(seconds[0] + 500, seconds[1] + 500)]


def test_it_stays_struck_when_the_words_around_are_corrected(heard: Heard) -> None:
    heard.struck()
    first = heard.turns[0]
    text = f"Alors, l{SAID[0][1:]}"
    correct_turn(first, text, before=first.text, by=heard.world.bruno)
    assert leaving(heard.transcript)[0].turns[0].text == text.replace(STRUCK, MARK)
    assert search("voisin", by=heard.world.amina)[1] == 0


# Who still reads and hears them


def test_only_those_who_work_on_it_read_them_where_it_is_listened_to(heard: Heard) -> None:
    heard.struck()
    page = reverse("listen", args=[heard.source.pk])
    assert SAID[0] in _text(heard.world.client("bruno").get(page))
    shown = _text(heard.as_elise().get(page))
    assert "voisin" not in shown
    assert SAID[0].replace(STRUCK, MARK.ljust(len(STRUCK))) in shown  # nothing moves: what is coded stays in place
    assert SAID[1] in shown


def test_a_member_codes_beside_them_and_never_reads_them(heard: Heard) -> None:
    world, turn = heard.world, heard.turns[0]
    coded = passage_of(world, heard.transcript, "voisin")
    code_excerpt(coded, make_code(world.community, "soin", by=world.bruno), by=heard.elise)
    heard.struck()
    elise = heard.as_elise()
    page = reverse("turn", args=[heard.transcript.pk, turn.pk])
    for headers in ({}, {"HX-Request": "true"}):
        assert "voisin" not in _text(elise.get(page, headers=headers))
    assert "voisin" not in _text(elise.get(coded.get_absolute_url()))
    start = heard.transcript.text.index("on travaille")
    sent = {"start": start, "end": start + 12, "quote": "on travaille", "name": "faire", "facet": "notion"}
    part = elise.post(reverse("code_transcript", args=[heard.transcript.pk]), sent, headers={"HX-Request": "true"})
    assert "faire" in _text(part) and "voisin" not in _text(part)
    guessed = {"start": coded.start, "end": coded.end, "quote": "voisin", "name": "boire", "facet": "notion"}
    url = reverse("code_transcript", args=[heard.transcript.pk])
    assert elise.post(url, guessed, headers={"HX-Request": "true"}).status_code == 409
    removed = elise.post(reverse("uncode", args=[coded.codings.get().pk]), headers={"HX-Request": "true"})
    assert "voisin" not in _text(removed)


def test_at_the_desk_they_are_struck_through(heard: Heard) -> None:
    heard.struck()
    page = heard.world.client("bruno").get(f"{reverse('desk', args=[heard.transcript.pk])}?tour={heard.turns[0].pk}")
    words = str(page.context["words"])  # type: ignore[attr-defined]
    assert words.count("<s>") == 1
    inside = words.partition("<s>")[2].partition("</s>")[0]
    assert [word for word in ("voisin", "boit", "trop", "hidden") if word not in inside] == []
    assert "travaille" not in inside


@pytest.mark.parametrize("who", ["amina", "elise"])
def test_nobody_finds_them_and_a_find_beside_them_does_not_show_them(heard: Heard, who: str) -> None:
    by = heard.elise if who == "elise" else heard.world.amina
    assert search("voisin", by=by)[1] == 1
    excerpt = heard.struck()
    assert [search(words, by=by)[1] for words in ("voisin", '"boit trop"', "micro", "travaille")] == [0, 0, 0, 1]
    ((hit,), _count) = search("travaille", by=by)
    assert "voisin" not in str(hit.evidence.quote) and "hors micro" in str(hit.evidence.quote)
    take_strike_back(excerpt, by=heard.world.bruno)
    assert search("voisin", by=by)[1] == 1


def test_struck_words_of_a_note_are_for_who_works_on_it(heard: Heard) -> None:
    world = heard.world
    note = kept(world, "carnet.md", Kind.DOCUMENT, text="Le voisin boit trop. On range ensemble.")
    excerpt = passage_of(world, note, STRUCK, person=world.chloe)
    strike(excerpt, world.chloe, by=world.bruno)
    page, file = note.get_absolute_url(), reverse("original", args=[note.pk])
    assert "voisin" in _text(world.client("bruno").get(page)) and _sent(world.client("bruno"), file) == [200]
    elise = heard.as_elise()
    shown = _text(elise.get(page))
    assert "voisin" not in shown and "On range ensemble." in shown and file not in shown
    assert _sent(elise, file) == [403]
    assert "voisin" not in _text(elise.get(reverse("block", args=[note.pk, 0])))
    assert [search(words, by=world.amina)[1] for words in ("voisin", "ensemble")] == [1, 1]  # in the recording alone


def test_they_are_not_heard_by_who_does_not_work_on_it(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    listening = reverse("rendition", args=[heard.source.pk, "listening"])
    original = reverse("original", args=[heard.source.pk])
    elise, bruno = heard.as_elise(), heard.world.client("bruno")
    assert _sent(elise, listening, original) == [200, 200]
    heard.struck()
    assert seconds_to_hush(heard.source.pk) == [(300, 1700)]
    assert _sent(elise, listening, original) == [404, 403]
    assert _sent(bruno, listening, original) == [200, 200]
    hushed = []

    def call(function: str, path: str, spans: list[list[int]], out: str, *, seconds: float) -> None:
        hushed.append((function, spans))
        Path(out).write_bytes(b"silent there")

    monkeypatch.setattr("recolte.sources.actions.sandbox.call", call)
    work()
    assert hushed == [("recolte.engine.audio:hush", [[300, 1700]])]
    assert heard_bytes(elise, listening) == b"silent there" != heard_bytes(bruno, listening)
    strike(passage_of(heard.world, heard.transcript, "on range"), heard.emile, by=heard.world.bruno)
    Job.objects.filter(name="sources.hush").update(state=State.FAILED)  # say, the worker died
    execute(str(start("coding.hush_again", heard.source.pk).pk))  # as every night
    assert [job.options["spans"] for job in Job.objects.filter(name="sources.hush", state=State.QUEUED)] == [
        [[300, 1700], [4300, 5300]]
    ]
    assert _sent(elise, listening) == [404]  # that copy still lets one hear it


def test_words_without_times_cannot_be_silenced_so_that_nothing_is_heard(heard: Heard) -> None:
    Turn.objects.update(start_ms=None, end_ms=None, words=[])
    heard.struck()
    assert seconds_to_hush(heard.source.pk) is None
    assert not Job.objects.filter(name="sources.hush").exists()
    assert _sent(heard.as_elise(), reverse("rendition", args=[heard.source.pk, "listening"])) == [404]


# Who strikes, and for whom


def _page(heard: Heard) -> str:
    return f"{reverse('strike_words', args=[heard.transcript.pk])}?tour={heard.turns[0].pk}"


def test_who_asked_speaks_in_these_words(heard: Heard) -> None:
    bruno = heard.world.client("bruno")
    assert list(bruno.get(_page(heard)).context["form"].fields["person"].queryset) == [heard.world.chloe]
    for person in ("", heard.emile.pk):
        assert bruno.post(_page(heard), {"person": person, "words": SAID[0]}).status_code == 422
    assert not Excerpt.objects.exists()


def test_words_are_struck_for_her_and_her_page_says_so(heard: Heard) -> None:
    bruno = heard.world.client("bruno")
    response = bruno.post(_page(heard), {"person": heard.world.chloe.pk, "words": STRUCK})
    excerpt = Excerpt.objects.get()
    assert (response.status_code, response["Location"]) == (302, excerpt.get_absolute_url())
    assert (excerpt.quote, excerpt.struck_by, excerpt.struck_noted_by) == (STRUCK, heard.world.chloe, heard.world.bruno)
    event = Event.objects.get(verb="excerpt.struck")
    assert (event.by, event.subject_id, event.data["person"]) == (
        heard.world.bruno,
        str(excerpt.pk),
        str(heard.world.chloe.pk),
    )
    heard.world.chloe.user = heard.elise
    heard.world.chloe.save()
    (words,) = heard.as_elise().get(reverse("my_words")).context["account"].struck
    assert (words.excerpt.pk, words.excerpt.struck_noted_by) == (excerpt.pk, heard.world.bruno)


@pytest.mark.parametrize("words", ["ce qui n’est pas dit", "o", ""])
def test_words_that_are_not_there_once_are_not_struck(heard: Heard, words: str) -> None:
    sent = {"person": heard.world.chloe.pk, "words": words}
    assert heard.world.client("bruno").post(_page(heard), sent).status_code == 422
    assert not Excerpt.objects.exists()


def test_nobody_strikes_who_does_not_work_on_it(heard: Heard) -> None:
    sent = {"person": heard.world.chloe.pk, "words": STRUCK}
    assert heard.as_elise().post(_page(heard), sent).status_code == 403
    excerpt = passage_of(heard.world, heard.transcript, STRUCK)
    assert heard.as_elise().post(reverse("strike_excerpt", args=[excerpt.pk]), sent).status_code == 403


def test_a_slip_is_taken_back_by_who_made_it_for_a_day(heard: Heard) -> None:
    excerpt = heard.struck()
    url = reverse("take_strike_back", args=[excerpt.pk])
    assert heard.world.client("amina").post(url).status_code == 403
    Excerpt.objects.update(struck_at=timezone.now() - timedelta(days=1, minutes=1))
    assert heard.world.client("bruno").post(url).status_code == 403
    Excerpt.objects.update(struck_at=timezone.now())
    assert heard.world.client("bruno").post(url).status_code == 302
    assert not Excerpt.objects.exists()  # nothing else held it
    assert leaving(heard.transcript) == (heard.transcript.plain(), 0)


def test_what_she_struck_herself_stays_struck(heard: Heard) -> None:
    excerpt = passage_of(heard.world, heard.transcript, STRUCK)
    strike(excerpt, heard.world.chloe, by=heard.world.bruno)
    strike(excerpt, heard.world.chloe)  # by an answer on her page, afterwards
    assert heard.world.client("bruno").post(reverse("take_strike_back", args=[excerpt.pk])).status_code == 403
    assert passage(excerpt).is_struck
