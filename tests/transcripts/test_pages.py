"""The transcript on its page, as JSON of word times, and as files to take away."""

import io
import json
from pathlib import Path

import docx
import pytest
import srt
import webvtt
from django.test import Client
from lxml import html

from recolte.engine.formats import FORMATS
from recolte.engine.turns import Turn, Word
from recolte.engine.words import fold
from recolte.sources.models import Kind, Source
from recolte.transcripts.actions import add_turns, changed
from recolte.transcripts.models import Origin, Transcript
from recolte.transcripts.reading import turns_html
from tests.world import World, kept, spoken


def _transcript(source: Source, turns: list[Turn], language: str = "fr") -> Transcript:
    transcript = Transcript.objects.create(
        community=source.community, source=source, origin=Origin.BROUGHT, language=language, is_complete=True
    )
    add_turns(transcript, turns)
    changed(transcript)
    return transcript


HOSTILE = [
    "<script>alert(1)</script>",
    "</p></li></ol><img src=x onerror=alert(2)>",
    "\"'><svg/onload=alert(3)>",
    "&lt;b&gt; &amp; &#60; &nbsp;",
    "{{ request }}{% csrf_token %}",
    "a < b > c & d",
]


@pytest.fixture(params=["ours", "the big list of naughty strings"])
def naughty(request: pytest.FixtureRequest) -> list[str]:
    if request.param == "ours":
        return HOSTILE
    data: Path = request.getfixturevalue("data")
    strings = json.loads((data / "7_hostile" / "strings" / "blns.json").read_text())
    return [text for text in strings if text.strip() and "\0" not in text]


def test_a_page_has_one_text_node_for_each_turn(world: World, amina: Client) -> None:
    source = kept(world, "son.wav")
    transcript = spoken(source, "Une première parole.", "Une deuxième, plus longue.")
    page = html.fromstring(amina.get(source.get_absolute_url()).content.decode())
    (list_,) = page.xpath("//ol[@class='turns']")
    items = list_.xpath("li")
    assert [item.xpath("p[@class='words']/node()") for item in items] == [
        ["Une première parole."],
        ["Une deuxième, plus longue."],
    ]
    first, second = (str(turn.pk) for turn in transcript.turns.all())
    assert [dict(item.attrib) for item in items] == [
        {"id": "turn-1", "data-turn": first, "data-at": "0", "data-start": "0", "data-end": "1200"},
        {"id": "turn-2", "data-turn": second, "data-at": "21", "data-start": "1200", "data-end": "2800"},
    ]
    assert [item.xpath("string(b[@class='speaker'])") for item in items] == ["Voix 1", "Voix 1"]
    assert [(a.get("href"), a.text) for a in list_.xpath(".//a[@class='time']")] == [
        ("#t=0", "0:00"),
        ("#t=1.2", "0:01"),
    ]
    assert list_.get("lang") == "fr"


def test_a_turn_without_times_or_voice_has_none_on_the_page(world: World) -> None:
    transcript = _transcript(kept(world, "visite.txt", Kind.TRANSCRIPT), [Turn("Des mots.")])
    (turn,) = transcript.turns.all()
    item = f'<li id="turn-1" data-turn="{turn.pk}" data-at="0"><p class="words">Des mots.</p></li>\n'
    assert turns_html(transcript) == item


def test_whatever_somebody_said_stands_on_the_page_as_text(world: World, amina: Client, naughty: list[str]) -> None:
    source = kept(world, "son.wav")
    _transcript(source, [Turn(text, text[:160].strip(), 0, 400) for text in naughty])
    content = amina.get(source.get_absolute_url()).content.decode()
    plain = html.fromstring(content.replace("\r", "&#13;"))
    nodes = [p.xpath("node()") for p in plain.xpath("//ol[@class='turns']/li/p")]
    assert [len(node) for node in nodes] == [1] * len(naughty)
    assert [_visible(node[0]) for node in nodes] == [_visible(text) for text in naughty]
    voices = [b.text_content() for b in plain.xpath("//ol[@class='turns']/li/b")]
    assert [_visible(voice) for voice in voices] == [_visible(text[:160].strip()) for text in naughty]
    assert {element.tag for element in plain.xpath("//ol[@class='turns']//*")} == {"li", "a", "b", "p"}


def _visible(text: str) -> str:
    """Without control characters, of which a parser of HTML keeps none."""
    return "".join(c for c in text if c.isprintable())


def test_whatever_a_thing_is_called_or_says_stands_on_every_page_as_text(
    world: World, amina: Client, naughty: list[str]
) -> None:
    whole = "\n".join(text for text in naughty if any(c in text for c in "<>&\"'"))
    world.gathering.name = '"><img src=x onerror=alert(1)>'
    world.gathering.place = "<script>alert(2)</script>"
    world.gathering.save()
    world.amina.name = "<svg/onload=alert(3)>"
    world.amina.save()
    name = "<script>alert(4)</script>'\"><b onclick=alert(5)>.wav"
    recording = kept(world, name)
    spoken(recording, "<script>alert(6)</script>")
    document = kept(world, name.replace("wav", "md"), Kind.DOCUMENT, text=whole)
    photo = kept(world, name.replace("wav", "jpg"), Kind.PHOTO)
    kept(world, name.replace("wav", "aiff"), agreed="")
    urls = [
        "/",
        "/rencontres/",
        world.gathering.get_absolute_url(),
        "/recherche/?q=alert",
        "/recherche/?q=%22><script>",
    ]
    urls += [source.get_absolute_url() for source in (recording, document, photo)]
    urls += [f"/communaute/{world.community.slug}/"]
    for url in urls:
        page = html.fromstring(amina.get(url).content.decode())
        scripts = [
            script.get("src")
            for script in page.xpath("//script")
            if not (script.get("src") or "").startswith("/static")
        ]
        events = page.xpath("//@*[starts-with(name(), 'on')]")
        assert (url, scripts, events, page.xpath("//img[@src='x']")) == (url, [], [], [])
    shown = html.fromstring(amina.get(document.get_absolute_url()).content.decode()).xpath("string(//article)")
    assert "".join(_visible(shown).split()) == "".join(_visible(whole).split())


def test_the_times_of_the_words_are_five_numbers_each_in_the_order_of_the_page(world: World, amina: Client) -> None:
    source = kept(world, "son.wav")
    transcript = _transcript(
        source,
        [
            Turn("l’été 𝄞 vient", "", 0, 900, (Word(0, 5, 0, 300, 0.5), Word(6, 7, 300, 400), Word(8, 13, 400, 900))),
            Turn("sans mots"),
        ],
    )
    response = amina.get(f"/transcriptions/{transcript.pk}/mots.json")
    expected = [[0, 5, 0, 300, 50, 6, 1, 300, 100, 100, 8, 5, 400, 500, 100], []]
    assert (response["Content-Type"], response.json()) == ("application/json", {"turns": expected})
    page = html.fromstring(amina.get(source.get_absolute_url()).content.decode())
    assert page.xpath("string(//spoken-text/@words-url)") == f"/transcriptions/{transcript.pk}/mots.json?v=1"
    texts = page.xpath("//ol[@class='turns']/li/p/text()")
    flat = response.json()["turns"][0]
    assert [texts[0][at : at + length] for at, length in zip(flat[::5], flat[1::5], strict=True)] == [
        "l’été",
        "𝄞",
        "vient",
    ]


def test_the_words_that_come_out_are_those_that_went_in(world: World) -> None:
    words = (Word(0, 5, 100, 350, 0.87), Word(6, 9, 350, 351, 0.0))
    turn = Turn("Bonne nuit", "Chloé", 100, 400, words)
    assert _transcript(kept(world, "son.wav"), [turn]).plain().turns == [turn]


@pytest.fixture
def said(world: World) -> Transcript:
    return _transcript(
        kept(world, "table <ronde> d’été.wav"),
        [
            Turn("On a appris & compris.", "Chloé", 0, 1500, (Word(0, 2, 0, 500, 0.9),)),
            Turn("Et la mairie --> est <venue>.", "Bruno", 61_000, 3_661_250),
        ],
    )


def _download(client: Client, transcript: Transcript, format: str) -> str:
    response = client.get(f"/transcriptions/{transcript.pk}.{format}")
    extension = {"text": "txt"}.get(format, format)
    name = f"table%20%3Cronde%3E%20d%E2%80%99%C3%A9t%C3%A9.{extension}"
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert response["Content-Type"].endswith("; charset=utf-8")
    return response.content.decode()


def test_the_webvtt_file_says_the_same(amina: Client, said: Transcript) -> None:
    cues = list(webvtt.from_buffer(io.StringIO(_download(amina, said, "vtt"))))
    assert [(cue.start, cue.end, cue.voice) for cue in cues] == [
        ("00:00:00.000", "00:00:01.500", "Chloé"),
        ("00:01:01.000", "01:01:01.250", "Bruno"),
    ]
    assert "Et la mairie --&gt; est &lt;venue&gt;." in cues[1].raw_text


def test_the_subrip_file_says_the_same(amina: Client, said: Transcript) -> None:
    cues = list(srt.parse(_download(amina, said, "srt")))
    assert [(cue.start.total_seconds(), cue.end.total_seconds(), cue.content) for cue in cues] == [
        (0, 1.5, "Chloé: On a appris & compris."),
        (61, 3661.25, "Bruno: Et la mairie -> est <venue>."),
    ]


def test_the_json_file_says_the_same(amina: Client, said: Transcript) -> None:
    segments = json.loads(_download(amina, said, "json"))["segments"]
    assert [(one["start"], one["end"], one["speaker"], one["text"]) for one in segments] == [
        (0.0, 1.5, "Chloé", "On a appris & compris."),
        (61.0, 3661.25, "Bruno", "Et la mairie --> est <venue>."),
    ]
    assert segments[0]["words"] == [{"word": "On", "start": 0.0, "end": 0.5, "probability": 0.9}]


def test_the_text_file_says_the_same(amina: Client, said: Transcript) -> None:
    text = _download(amina, said, "text")
    assert [part in text for part in ("Chloé", "On a appris & compris.", "Et la mairie --> est <venue>.")] == [True] * 3


def test_the_file_for_word_says_the_same_under_the_name_of_its_recording(amina: Client, said: Transcript) -> None:
    response = amina.get(f"/transcriptions/{said.pk}.docx")
    paragraphs = docx.Document(io.BytesIO(response.content)).paragraphs
    assert response["Content-Type"] == FORMATS["docx"].media_type
    assert [paragraph.text for paragraph in paragraphs] == [
        "table <ronde> d’été",
        "[00:00:00] Chloé: On a appris & compris.",
        "[00:01:01] Bruno: Et la mairie --> est <venue>.",
    ]


@pytest.mark.parametrize("format", ["vtt", "srt", "text"])
def test_a_downloaded_file_comes_back_as_it_was(world: World, amina: Client, said: Transcript, format: str) -> None:
    read = FORMATS[format].read
    assert read is not None
    turns = read(_download(amina, said, format).encode()).turns
    expected = [turn.text for turn in said.plain().turns]
    if format == "srt":
        expected[1] = expected[1].replace("-->", "->")  # the format has no escape
    assert [turn.text for turn in turns] == expected
    assert [fold(turn.speaker) for turn in turns] == ["chloe", "bruno"]


def test_without_times_there_is_a_text_but_no_subtitle(world: World, amina: Client) -> None:
    transcript = _transcript(kept(world, "visite.txt", Kind.TRANSCRIPT), [Turn("Des mots.", "Chloé")])
    statuses = {
        format: amina.get(f"/transcriptions/{transcript.pk}.{format}").status_code for format in ("vtt", "srt", "text")
    }
    assert statuses == {"vtt": 404, "srt": 404, "text": 200}
    page = amina.get(f"/transcriptions/{transcript.pk}/emporter/").content.decode()
    assert [f"{transcript.pk}.{format}" in page for format in ("vtt", "srt", "text")] == [False, False, True]


def test_a_page_shows_a_new_version_at_once(world: World, amina: Client) -> None:
    source = kept(world, "son.wav")
    transcript = spoken(source, "Avant la correction.")
    amina.get(source.get_absolute_url())
    transcript.turns.update(text="Après la correction.")
    Transcript.objects.filter(pk=transcript.pk).update(version=2)
    page = amina.get(source.get_absolute_url()).content.decode()
    assert ("Avant" in page, "Après" in page, "?v=2" in page) == (False, True, True)
