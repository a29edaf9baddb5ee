"""Finding again what was said and written: the same answers on SQLite and on PostgreSQL."""

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from recolte.consent.models import Purpose
from recolte.search.actions import Hit, index_source, index_transcript, search
from recolte.search.models import Segment
from recolte.sources.actions import agree
from recolte.sources.models import Kind, Source
from recolte.transcripts.models import Transcript
from tests.world import AGREED, World, allows, kept, says, spoken

SAID = [
    "On a d’abord appris à se faire confiance.",
    "Les coopérations territoriales, ça se construit à table.",
    "L’innovation sociale n’est pas qu’une affaire d’outils.",
    "Le cœur du métier : coopérer sans se perdre.",
    "La confiance ne se décrète pas, on a appris cela aussi.",
]


@pytest.fixture
def recording(world: World) -> Source:
    source = kept(world, "son.wav")
    spoken(source, *SAID)
    return source


def found(world: World, words: str, who: str = "amina") -> list[int]:
    """The numbers of the turns of `SAID` that are found, in their order."""
    hits, count = search(words, by=getattr(world, who), most=100)
    assert count == len(hits)
    return sorted(SAID.index(hit.segment.text) for hit in hits)


@pytest.mark.parametrize(
    ("words", "turns"),
    [
        # the stem of a word, whatever its ending, its accents, its capitals
        ("coopération", [1, 3]),
        ("cooperations", [1, 3]),
        ("COOPÉRER", [1, 3]),
        ("territorial", [1]),
        ("coeur", [3]),
        ("cœur", [3]),
        ("CŒUR", [3]),
        # several words: all of them
        ("confiance appris", [0, 4]),
        ("confiance appris table", []),
        ("appris  confiance, faire", [0]),
        # what an apostrophe elides
        ("innovation", [2]),
        ("l’innovation", [2]),
        ("l'innovation", [2]),
        ("d’outils", [2]),
        ("qu’une affaire", [2]),
        # exact words
        ('"appris à se faire"', [0]),
        ('"a appris"', [4]),
        ('"appris a"', [0]),
        ('"confiance appris"', []),
        ("« se faire confiance »", [0]),
        ("“se faire confiance”", [0]),
        ('"coopération"', []),
        ('"coopérer sans" métier', [3]),
        ('"se faire confiance', [0]),  # not closed
        # beginnings
        ("coop*", [1, 3]),
        ("conf*", [0, 4]),
        ("conf* décr*", [4]),
        ("DÉCR*", [4]),
        ("l’inno*", [2]),
        ("*", []),
        # nothing
        ("", []),
        ("   ", []),
        ('""', []),
        ("« »", []),
        ("?!", []),
        ("absent", []),
    ],
)
def test_what_is_found(world: World, recording: Source, words: str, turns: list[int]) -> None:
    assert found(world, words) == turns


@pytest.mark.parametrize(
    "words",
    [
        "confiance OR table",
        "confiance AND absent",
        "confiance NOT appris",
        "confiance NEAR table",
        "confiance & !appris",
        "confiance | table",
        "confiance <-> table",
        "stems:table",
        "rowid:1",
        "confiance) OR (table",
        "confiance' OR 'a'='a",
        "confiance:*A & table",
        "table ^confiance",
        "{stems words} : table",
        "table\\",
        "table'",
        "%table%",
        "_able",
    ],
)
def test_the_operators_of_the_databases_mean_nothing(world: World, recording: Source, words: str) -> None:
    """They are words like others, or no words at all."""
    assert found(world, words) == found(world, "".join(c if c.isalnum() else " " for c in words))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
@example("'" * 40)
@example('"' * 41)
@example("ŉ ⑴ ½ ﷺ* ﷺ \u0301 İ ß*")
@example("\ud800")
@example("\0")
@example("a\0b*")
@example("(((((((((")
def test_any_text_can_be_looked_for(world: World, recording: Source, words: str) -> None:
    hits, count = search(words, by=world.amina)
    assert count >= len(hits)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200))
@example("ŉ ⑴ ½ ﷺ İ ß ﬁn 𝔘𝔫 Ⅷ")
@example("l’été d’avant–hier a_b c-d 1,5 e\u0301te\u0301")
def test_each_word_of_any_text_finds_it(world: World, text: str) -> None:
    """…where both databases know its letters: those of the languages of Europe."""
    Source.objects.all().delete()
    kept(world, "note.md", Kind.DOCUMENT, text=text or "-")
    words = [word for word in text.split() if word.isalnum() and all(ord(c) < 0x250 for c in word)]
    for word in words:
        assert any(hit.segment.block == 0 for hit in search(word, by=world.amina)[0]), word
        assert any(hit.segment.block == 0 for hit in search(f'"{word}"', by=world.amina)[0]), word


def _hit(world: World, words: str) -> Hit:
    (hit,), count = search(words, by=world.amina)
    assert count == 1
    return hit


def test_a_hit_leads_to_the_second_of_the_first_word_that_was_found(world: World, recording: Source) -> None:
    hit = _hit(world, "table construit")
    before = len(SAID[0].split()) + SAID[1].split().index("construit")
    assert (hit.start_ms, hit.url) == (before * 400, f"/ecoute/{recording.pk}/#t={before * 400 / 1000:g}")
    end = before + len(SAID[1].split()) - SAID[1].split().index("construit")
    chip = hit.evidence
    assert (chip.audio_url, chip.start, chip.end) == (f"/recueil/{recording.pk}/listening/", before * 0.4, end * 0.4)
    assert (chip.url, chip.speaker, chip.source, chip.consent) == (hit.url, "Voix 1", world.gathering.name, "")
    assert [text for text, is_found in hit.pieces if is_found] == ["construit", "table"]
    assert "".join(text for text, _ in hit.pieces) == SAID[1]


def test_a_hit_in_a_turn_without_word_times_leads_to_its_beginning(world: World, recording: Source) -> None:
    recording.transcripts.get().turns.update(words=[])
    hit = _hit(world, "table")
    assert hit.start_ms == len(SAID[0].split()) * 400


def test_a_hit_in_a_document_leads_to_its_paragraph(world: World) -> None:
    note = kept(world, "carnet.md", Kind.DOCUMENT)
    note.blocks = [{"kind": "h1", "text": "Carnet"}, {"kind": "p", "text": "Une coopération."}]
    note.save()
    index_source(note)
    hit = _hit(world, "cooperation")
    assert (hit.url, hit.start_ms, hit.evidence.audio_url) == (f"/recueil/{note.pk}/#b1", None, "")
    assert hit.evidence.quote == "Une <mark>coopération</mark>."


def test_the_words_of_a_hit_are_shown_as_text(world: World) -> None:
    kept(world, "carnet.md", Kind.DOCUMENT, text="<script>alert(1)</script> & coopération <b>")
    quote = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; <mark>coopération</mark> &lt;b&gt;"
    assert _hit(world, "coopération").evidence.quote == quote


def test_a_thing_is_found_by_its_name(world: World) -> None:
    photo = kept(world, "Arrivée dans la cour.jpg", Kind.PHOTO)
    hit = _hit(world, "arrivee cours")
    assert (hit.url, hit.pieces) == (
        f"/recueil/{photo.pk}/",
        [("Arrivée", True), (" dans la ", False), ("cour", True), (".jpg", False)],
    )
    assert search("jpg", by=world.amina) == ([], 0)


def test_only_what_surrounds_the_first_word_is_shown_of_a_long_text(world: World) -> None:
    kept(world, "long.md", Kind.DOCUMENT, text="avant " * 500 + "coopération " + "après " * 500)
    pieces = _hit(world, "coopération").pieces
    assert (pieces[0], pieces[-1]) == (("… ", False), (" …", False))
    assert [text for text, is_found in pieces if is_found] == ["coopération"]
    assert 300 < len("".join(text for text, _ in pieces)) < 600


def test_what_is_best_comes_first_page_by_page(world: World) -> None:
    for number in range(5):
        kept(world, f"note {number}.md", Kind.DOCUMENT, text="coopération " * (number + 1) + "mot " * 20)
    whole, count = search("coopération", by=world.amina)
    assert count == 5
    names = [hit.source.name for hit in whole]
    assert names[0] == "note 4.md"
    pages = [search("coopération", by=world.amina, first=first, most=2) for first in (0, 2, 4, 6)]
    assert [[hit.source.name for hit in hits] for hits, _ in pages] == [names[:2], names[2:4], names[4:], []]
    assert [total for _, total in pages] == [5, 5, 5, 5]


def test_the_search_can_be_narrowed_to_a_gathering_and_a_kind(world: World, recording: Source) -> None:
    first = world.gathering
    world.gathering = type(first).objects.create(community=world.community, name="Une autre")
    kept(world, "note.md", Kind.DOCUMENT, text="La confiance.")

    def names(**narrowed: object) -> list[str]:
        return sorted({hit.source.name for hit in search("confiance", by=world.amina, **narrowed)[0]})  # type: ignore[arg-type]

    assert names() == ["note.md", "son.wav"]
    assert names(gathering=first.pk) == ["son.wav"]
    assert names(kind=Kind.DOCUMENT) == ["note.md"]
    assert names(gathering=first.pk, kind=Kind.DOCUMENT) == []


def test_nobody_finds_what_they_may_not_read(world: World) -> None:
    source = kept(world, "confidence.wav", agreed="")
    spoken(source, "Un pamplemousse.")

    def finders(words: str) -> list[str]:
        return [who for who in ("amina", "bruno", "driss") if search(words, by=getattr(world, who))[1]]

    assert [finders(words) for words in ("pamplemousse", "pample*", '"un pamplemousse"', "confidence")] == [
        ["amina"]
    ] * 4
    agree([source], AGREED, by=world.amina)
    assert finders("pamplemousse") == ["amina", "bruno"]
    world.community.memberships.filter(user=world.bruno).delete()
    assert finders("pamplemousse") == ["amina"]


def test_a_new_version_of_a_text_takes_the_place_of_the_old_one(world: World, recording: Source) -> None:
    transcript = recording.transcripts.get()
    turn = transcript.turns.all()[1]
    turn.text = "Tout autre chose : une pastèque."
    turn.save()
    index_transcript(transcript)
    assert [search(words, by=world.amina)[1] for words in ("territorial", "pastèque", "confiance")] == [0, 1, 2]
    index_transcript(transcript)
    index_source(recording)
    assert Segment.objects.count() == len(SAID) + 1


def _index_rows(word: str) -> int:
    """The rows of the database's own index that hold `word`."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT count(*) FROM search_index WHERE search_index MATCH %s", [word])
        else:
            cursor.execute(
                "SELECT count(*) FROM search_segment WHERE to_tsvector('simple', words) @@ to_tsquery('simple', %s)",
                [word],
            )
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("how", ["source", "transcript", "community"])
def test_what_is_removed_is_removed_from_the_index(world: World, recording: Source, how: str) -> None:
    kept(world, "note.md", Kind.DOCUMENT, text="Une table ronde.")
    assert _index_rows("table") == 2
    if how == "source":
        recording.delete()
    elif how == "transcript":
        Transcript.objects.get().delete()
    else:
        world.community.delete()
    left = 0 if how == "community" else 1
    assert (_index_rows("table"), _index_rows("confiance")) == (left, 0)
    assert search("table", by=world.amina)[1] == left


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="FTS5 is SQLite's")
def test_the_index_of_sqlite_agrees_with_the_segments(world: World, recording: Source) -> None:
    index_transcript(recording.transcripts.get())
    recording.transcripts.get().turns.first().delete()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)")


def test_the_page_tells_how_many_passages_there_are(world: World, amina: Client, recording: Source) -> None:
    for number in range(25):
        kept(world, f"note {number}.md", Kind.DOCUMENT, text="La confiance.")
    pages = [amina.get("/recherche/", {"q": "confiance", "page": page}).context for page in (1, 2, 3)]
    assert [len(page["hits"]) for page in pages] == [20, 7, 0]
    assert [(page["count"], page["before"], page["after"]) for page in pages] == [
        (27, None, 2),
        (27, 1, None),
        (27, 2, None),
    ]


@pytest.mark.parametrize(
    "asked", ["q=%00", "q=confiance&gathering=nowhere", "q=confiance&page=x", "q=confiance&page=0", "q=" + "a" * 5000]
)
def test_a_question_that_means_nothing_has_no_answer(amina: Client, recording: Source, asked: str) -> None:
    response = amina.get(f"/recherche/?{asked}")
    assert (response.status_code, response.context["count"]) == (200, 0)


def test_a_gathering_of_others_cannot_be_searched(world: World, recording: Source) -> None:
    response = world.client("driss").get(f"/recherche/?q=confiance&gathering={world.gathering.pk}")
    assert (response.context["count"], list(response.context["form"].errors)) == (0, ["gathering"])


def test_a_hit_shows_what_its_speaker_agreed_to(world: World) -> None:
    says(world, kept(world, "son.wav"), "La coopération se prépare.")
    kept(world, "carnet.md", Kind.DOCUMENT, text="La coopération se prépare.")

    def shown() -> list[str]:
        return [hit.evidence.consent for hit in search("coopération", by=world.bruno)[0]]

    assert sorted(shown()) == ["", "group"]  # nobody asked Chloé; the note is of nobody in particular
    allows(world.chloe, Purpose.GROUP)
    assert shown() == ["group", "group"]
    allows(world.chloe)
    assert sorted(shown()) == ["audio", "group"]
