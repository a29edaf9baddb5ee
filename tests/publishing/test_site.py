"""The public site as files: exactly what was given, nothing of what was taken back, nobody's files touched."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone, translation
from lxml import etree, html

from recolte.publishing.site import MANIFEST, PART, Card, Claim, Line, NotOurs, Quote, Site, Written, manifest, write

ATOM = {"a": "http://www.w3.org/2005/Atom"}
WRITTEN = datetime(2021, 10, 4, 7, 30, tzinfo=UTC)
VOICE, OTHER_VOICE = b"ID3 the voice of the first" * 40, b"ID3 the voice of the second" * 40
COURTYARD = Card(
    id="0198-courtyard",
    title="L’entraide s’organise dans la cour",
    question="Qu’est-ce qui fait qu’une personne aidée se met à aider à son tour ?",
    claims=(
        Claim(
            id="c-1",
            kind="finding",
            text="On commence à aider quand on a une tâche à soi, petite et visible, avant d’avoir des horaires.",
            quotes=(
                Quote(
                    id="q-1",
                    stance="supports",
                    lines=(
                        Line("Animatrice", "Et le premier jour, on vous a demandé quoi ?"),
                        Line("Bénévole de l’atelier", "Rien du tout. On m’a donné la clé du local à vélos, et c’était devenu mon affaire. Le lendemain je suis revenu, parce que sans moi personne n’ouvrait."),
                    ),
                    language="fr", source="Visite à l’Atelier, 16 septembre 2021",
                    start_ms=724_000, end_ms=748_400, sound=VOICE,
                ),
                Quote(
                    id="q-2",
                    stance="contradicts",
                    lines=(Line("Coordinatrice", "Chez nous c’est l’inverse : sans horaires, les gens ne reviennent pas. La tâche, ils l’ont choisie après."),),
                    language="fr", source="Visite à la Maison du port, 17 septembre 2021",
                    start_ms=3_905_000, end_ms=3_917_000, sound=OTHER_VOICE,
                ),
                Quote(
                    id="q-3",
                    stance="nuances",
                    lines=(Line("Visiteuse", "Deux personnes ont gardé leur tâche et sont parties au bout d’un mois : il faut aussi qu’on remarque ce qu’elles font."),),
                    language="fr", source="Carnet de visite, 16 septembre 2021", is_note=True,
                ),
            ),
            version=hashlib.sha256(b"c-1").hexdigest(), validated_on=date(2021, 9, 28), validated_by=7,
        ),
        Claim(
            id="c-2",
            kind="question",
            text="Que devient la tâche de quelqu’un qui s’absente ?",
            quotes=(
                Quote(
                    id="q-4", stance="supports", lines=(Line("A visitor", "Nobody took the key while he was ill, so the bikes stayed in."),),
                    language="en", source="Visite à l’Atelier, 16 septembre 2021", start_ms=1_201_000, end_ms=1_207_000,
                ),
            ),
            version=hashlib.sha256(b"c-2").hexdigest(),
        ),
    ),
    published_at=datetime(2021, 9, 30, 10, tzinfo=UTC),
    changed_at=datetime(2021, 10, 2, 16, tzinfo=UTC),
    language="fr",
    credits=("Enregistrements de la visite à l’Atelier : les personnes présentes, avec leur accord.",),
)  # fmt: skip
TABLE = Card(
    id="0198-table",
    title="Manger ensemble",
    question="À quoi sert le repas dans une journée de travail à plusieurs ?",
    claims=(
        Claim(
            id="c-3", kind="convergence", text="Partout, les décisions qui tiennent ont été préparées à table.",
            quotes=(Quote(id="q-5", stance="supports", lines=(Line("", "C’est en épluchant qu’on s’est mis d’accord."),), language="fr", source="Visite à l’Atelier, 16 septembre 2021", start_ms=61_000, end_ms=66_000, sound=OTHER_VOICE),),
            version=hashlib.sha256(b"c-3").hexdigest(), validated_on=date(2021, 9, 29), validated_by=1,
        ),
    ),
    published_at=datetime(2021, 9, 29, 10, tzinfo=UTC),
    changed_at=datetime(2021, 9, 29, 10, tzinfo=UTC),
    language="fr",
)  # fmt: skip
SITE = Site(
    community="Les Ateliers du fleuve",
    url="https://savoirs.example.org/ateliers",
    language="fr",
    cards=(COURTYARD, TABLE),
    written_at=WRITTEN,
    checks=(("De l’enseignement à la voix", 5), ("De la voix à l’accord", 3)),
)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def pages(folder: Path) -> dict[str, str]:
    """Every file of words, by name."""
    return {name: path.read_text() for name, path in files(folder).items() if path.suffix in {".html", ".xml", ".json"}}


def files(folder: Path) -> dict[str, Path]:
    return {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if not path.is_dir()}


def contents(folder: Path) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in files(folder).items()}


def without_sound(site: Site, *withdrawn: str) -> Site:
    """The same site after the quotes of these ids were taken back."""
    return replace(site, cards=tuple(replace(card, claims=tuple(
        replace(claim, quotes=tuple(quote for quote in claim.quotes if quote.id not in withdrawn))
        for claim in card.claims)) for card in site.cards))  # fmt: skip


# What is written -----------------------------------------------------------------------------------------------------


def test_the_site_holds_these_files_and_no_other(tmp_path: Path) -> None:
    done = write(SITE, tmp_path / "site")
    courtyard, table = COURTYARD.folder, TABLE.folder
    assert re.fullmatch("fiches/l-entraide-s-organise-dans-la-cour-[0-9a-f]{8}", courtyard)
    voice, other = (hashlib.sha256(sound).hexdigest()[:16] for sound in (VOICE, OTHER_VOICE))
    words = {"index.html", "404.html", "atom.xml", "site.css", "mark.svg", MANIFEST, "preuve/index.html"}
    words |= {f"{courtyard}/index.html", f"{table}/index.html"}
    clips = {f"{courtyard}/{voice}.mp3", f"{courtyard}/{other}.mp3", f"{table}/{other}.mp3"}
    there = set(files(tmp_path / "site"))
    assert {name for name in there if not name.startswith("vendor/")} == words | clips
    assert {Path(name).name for name in there if name.startswith("vendor/")} == {
        "LICENSE", "latin-400-normal.woff2", "latin-600-normal.woff2", "latin-400-italic.woff2",
    }  # fmt: skip
    assert (tmp_path / "site" / courtyard / f"{voice}.mp3").read_bytes() == VOICE
    assert done == Written(len(there) - 1, 0, hashlib.sha256((tmp_path / "site" / MANIFEST).read_bytes()).hexdigest())


def test_the_manifest_says_what_is_there(tmp_path: Path) -> None:
    write(SITE, tmp_path)
    said = manifest(tmp_path)
    assert said is not None
    assert said["complete"] is True
    assert said["files"] == {
        name: hashlib.sha256(content).hexdigest() for name, content in contents(tmp_path).items() if name != MANIFEST
    }
    assert [(card["id"], card["page"]) for card in said["cards"]] == [
        (card.id, f"{card.folder}/index.html") for card in SITE.cards
    ]
    first = said["cards"][0]["claims"][0]
    assert (first["id"], first["version"], first["validated_on"], first["validated_by"]) == (
        "c-1", COURTYARD.claims[0].version, "2021-09-28", 7,
    )  # fmt: skip
    assert [(quote["id"], quote["sound"] in said["files"]) for quote in first["quotes"]] == [
        ("q-1", True), ("q-2", True), ("q-3", False),
    ]  # fmt: skip


def test_every_link_leads_to_a_file_and_to_a_place_in_it(tmp_path: Path) -> None:
    """Only 404.html, which a server shows at any depth, has absolute links."""
    write(SITE, tmp_path)
    ids = {name: html.fromstring(text).xpath("//@id") for name, text in pages(tmp_path).items() if name[-5:] == ".html"}
    for name, there in ids.items():
        assert sorted(set(there)) == sorted(there), name
    lost, walked = [], 0
    for name in ids.keys() - {"404.html"}:
        page = html.parse(tmp_path / name)
        for link in page.xpath(
            "//a/@href | //link[not(@rel='canonical')]/@href | //@src | //*[local-name()='use']/@href"
        ):
            path, _, place = link.partition("#")
            target = os.path.normpath(os.path.join(os.path.dirname(name), path)) if path else name
            walked += 1
            if not (tmp_path / target).is_file() or (place and place not in ids[target]):
                lost.append((name, link))
    assert lost == []
    assert walked > 80
    links = html.parse(tmp_path / "404.html").xpath("//a[not(starts-with(@href, '#'))]/@href | //link/@href")
    assert [link for link in links if not link.startswith("https://savoirs.example.org/ateliers/")] == []


def test_a_card_leads_from_the_claim_to_the_voice_at_its_second(tmp_path: Path) -> None:
    write(SITE, tmp_path)
    page = html.parse(tmp_path / COURTYARD.folder / "index.html")
    [claim] = page.xpath(f"//*[@id='{COURTYARD.claims[0].anchor}']")
    assert claim.xpath("string(h2)") == COURTYARD.claims[0].text
    figures = claim.xpath("figure")
    assert [figure.get("id") for figure in figures] == [quote.anchor for quote in COURTYARD.claims[0].quotes]
    assert [[line.text_content() for line in figure.xpath(".//*[@class='words']")] for figure in figures] == [
        [line.text for line in quote.lines] for quote in COURTYARD.claims[0].quotes
    ]
    assert [figure.xpath("string(.//audio/@src)") for figure in figures] == [
        f"{hashlib.sha256(VOICE).hexdigest()[:16]}.mp3", f"{hashlib.sha256(OTHER_VOICE).hexdigest()[:16]}.mp3", "",
    ]  # fmt: skip
    assert [re.findall(r"[\d:]+:\d\d", figure.xpath("string(.//*[@class='how'])")) for figure in figures] == [
        ["12:04"], ["1:05:05"], [],
    ]  # fmt: skip
    assert page.xpath("//blockquote/@lang") == ["fr", "fr", "fr", "en"]
    assert page.xpath("//audio[not(@controls) or not(@preload='none')]") == []


def test_dissent_has_the_same_rank_and_its_own_word_and_glyph(tmp_path: Path) -> None:
    write(replace(SITE, language="en"), tmp_path)
    stances = html.parse(tmp_path / COURTYARD.folder / "index.html").xpath("//*[@class='stance']")
    assert [(one.tag, one.text_content(), one.xpath("string(.//*[local-name()='use']/@href)")) for one in stances] == [
        ("p", "Supports", "#glyph-check"), ("p", "Contradicts", "#glyph-objection"),
        ("p", "Nuances", "#glyph-contrast"), ("p", "Supports", "#glyph-check"),
    ]  # fmt: skip


def test_the_proof_names_every_version_and_every_file(tmp_path: Path) -> None:
    write(SITE, tmp_path)
    proof = html.parse(tmp_path / "preuve/index.html")
    sums = {
        item.xpath("string(a)"): item.xpath("string(.//code)") for item in proof.xpath("//ul[@class='proofs files']/li")
    }
    assert sums == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in contents(tmp_path).items()
        if name not in {MANIFEST, "preuve/index.html"}
    }
    versions = [item.xpath("string(.//code)") for item in proof.xpath("//ul[@class='proofs']/li")]
    assert versions == [claim.version for card in SITE.cards for claim in card.claims]


def test_the_feed_is_atom_with_identifiers_that_stay(tmp_path: Path) -> None:
    write(SITE, tmp_path / "one")
    renamed = replace(SITE, cards=tuple(replace(card, title="Autrement dit") for card in SITE.cards))
    write(renamed, tmp_path / "two")
    feed, other = (etree.parse(tmp_path / name / "atom.xml") for name in ("one", "two"))
    ids = [element.text for element in feed.iterfind(".//a:id", ATOM)]
    assert ids == [f"tag:savoirs.example.org,2026:{end}" for end in ("fiches", "fiches/0198-courtyard", "fiches/0198-table")]  # fmt: skip
    assert [element.text for element in other.iterfind(".//a:id", ATOM)] == ids
    assert feed.findtext("a:updated", namespaces=ATOM) == "2021-10-02T16:00:00+00:00"
    for entry in [feed.getroot(), *feed.iterfind("a:entry", ATOM)]:
        assert [len(entry.findall(f"a:{name}", ATOM)) for name in ("id", "title", "updated")] == [1, 1, 1]
    assert [link.get("href") for link in feed.iterfind(".//a:link", ATOM)] == [
        "https://savoirs.example.org/ateliers/", "https://savoirs.example.org/ateliers/atom.xml",
        f"https://savoirs.example.org/ateliers/{COURTYARD.folder}/", f"https://savoirs.example.org/ateliers/{TABLE.folder}/",
    ]  # fmt: skip


def test_without_an_address_nothing_absolute_is_said(tmp_path: Path) -> None:
    write(replace(SITE, url=""), tmp_path)
    texts = [text for name, text in pages(tmp_path).items() if name != MANIFEST]
    assert {found for text in texts for found in re.findall("https?://[^\"'< ]+", text)} == {ATOM["a"]}


def test_no_page_has_a_script_a_style_or_another_place_in_it(tmp_path: Path) -> None:
    write(SITE, tmp_path)
    for name in pages(tmp_path):
        if name.endswith(".html"):
            page = html.parse(tmp_path / name)
            assert page.xpath("//script | //style | //@style | //iframe | //@*[starts-with(name(), 'on')]") == []
            [policy] = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
            assert policy.startswith("default-src 'none'; style-src 'self'; font-src 'self'; media-src 'self';")
    assert {
        Path(address).parts[0] for address in re.findall(r'url\("(.*?)"\)', (tmp_path / "site.css").read_text())
    } == {"vendor"}


def test_the_same_values_make_the_same_bytes_whoever_writes_and_whenever(tmp_path: Path) -> None:
    write(SITE, tmp_path / "one")
    with translation.override("fr"), timezone.override("Asia/Tokyo"):
        write(SITE, tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    again = write(SITE, tmp_path / "one")
    assert (again.written, again.removed) == (0, 0)
    later = replace(SITE, written_at=WRITTEN + timedelta(days=1))
    assert write(later, tmp_path / "one").written == 1
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert {name for name in one if one[name] != two[name]} == {MANIFEST, "preuve/index.html"}


def test_a_page_weighs_less_than_a_hundred_kilobytes_before_the_voices(tmp_path: Path) -> None:
    write(SITE, tmp_path)
    shared = [tmp_path / "site.css", tmp_path / "mark.svg", *tmp_path.glob("vendor/*/*.woff2")]
    for page in (tmp_path / "index.html", tmp_path / COURTYARD.folder / "index.html"):
        assert sum(path.stat().st_size for path in [page, *shared]) < 100_000


# What is taken back --------------------------------------------------------------------------------------------------


def test_withdrawn_words_and_voices_leave_nothing_behind(tmp_path: Path) -> None:
    write(SITE, tmp_path)
    mine = tmp_path / "fiches" / "mine.txt"
    mine.write_text("a file of somebody's own")
    done = write(without_sound(replace(SITE, cards=(COURTYARD,)), "q-1"), tmp_path)
    assert done.removed == 3  # a page, its voice, and the voice of the first quote
    everything = b"\n".join(contents(tmp_path).values())
    gone = ["la clé du local", "q-1", VOICE.decode(), "Manger ensemble", "manger-ensemble", "épluchant"]
    assert [words for words in gone if words.encode() in everything] == []
    assert [path for path in tmp_path.rglob("*") if path.is_dir() and not any(path.iterdir())] == []
    assert not (tmp_path / TABLE.folder).exists()
    assert mine.read_text() == "a file of somebody's own"
    write(replace(SITE, cards=()), tmp_path)
    assert {path.name for path in (tmp_path / "fiches").iterdir()} == {"mine.txt"}
    assert not (tmp_path / PART).exists()


def test_a_full_disk_leaves_no_withdrawn_voice_and_the_next_writing_mends(tmp_path: Path) -> None:
    """The limit of the size of a file stands for the disk: what is new is too large for it."""
    resource = pytest.importorskip("resource")
    write(SITE, tmp_path)
    (withdrawn,) = [path for path in tmp_path.rglob("*.mp3") if path.read_bytes() == VOICE]
    quote = replace(COURTYARD.claims[0].quotes[0], id="q-9", sound=b"x" * 300_000, lines=(Line("", "Une autre voix"),))
    claim = replace(COURTYARD.claims[0], quotes=(quote,))
    after = replace(SITE, cards=(replace(COURTYARD, claims=(claim,)),))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(OSError):
            write(after, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    said = manifest(tmp_path)
    assert said is not None and said["complete"] is False
    assert not withdrawn.exists() and not (tmp_path / PART).exists()
    words = "\n".join(text for name, text in pages(tmp_path).items() if name != MANIFEST)
    assert [one for one in ("la clé du local", "épluchant") if one in words] == []
    write(after, tmp_path)
    write(after, tmp_path / "afresh")
    shutil.move(tmp_path / "afresh", tmp_path.parent / "afresh")
    assert contents(tmp_path) == contents(tmp_path.parent / "afresh")


KILLED = """
import resource, signal, sys
from pathlib import Path
import django
django.setup()
from dataclasses import replace
from recolte.publishing.site import write
from tests.publishing.test_site import SITE, COURTYARD
card = replace(COURTYARD, claims=tuple(replace(claim, quotes=tuple(replace(quote, sound=b"y" * 300_000)
    for quote in claim.quotes)) for claim in COURTYARD.claims))
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # the end of this process, as sudden as kill -9
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
write(replace(SITE, cards=(card,)), Path(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("before", ["nothing", "a site"])
def test_what_a_killed_writing_left_is_mended_by_the_next(before: str, tmp_path: Path) -> None:
    pytest.importorskip("resource")
    folder = tmp_path / "site"
    if before == "a site":
        write(SITE, folder)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder)], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (-signal.SIGXFSZ, "")
    assert (folder / PART).stat().st_size == 200_000
    write(SITE, folder)
    write(SITE, tmp_path / "afresh")
    assert contents(folder) == contents(tmp_path / "afresh")
    assert sorted(folder.rglob("*/")) == sorted(folder / path.relative_to(tmp_path / "afresh") for path in (tmp_path / "afresh").rglob("*/"))  # fmt: skip


# Whose folder it is --------------------------------------------------------------------------------------------------


def test_a_folder_of_somebody_else_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(NotOurs) as refusal:
        write(SITE, tmp_path)
    assert str(refusal.value) == (
        f"{tmp_path} holds files that Récolte did not write: nothing was changed there. Give a new or an empty folder, or"
        " the one of the earlier site."
    )
    assert contents(tmp_path) == {"thesis.txt": b"years of work"}
    with pytest.raises(NotOurs, match="is a file"):
        write(SITE, tmp_path / "thesis.txt")


@pytest.mark.parametrize(
    "said", [b"", b"{", b"[]", b"{}", b'{"format": "other", "files": {}}', b"\xff", b"[" * 100_000]
)
def test_a_manifest_that_is_not_ours_is_none(said: bytes, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(said)
    assert manifest(tmp_path) is None
    with pytest.raises(NotOurs):
        write(SITE, tmp_path)
    assert contents(tmp_path) == {MANIFEST: said}


def test_foreign_files_stay_in_a_folder_of_ours(tmp_path: Path) -> None:
    write(SITE, tmp_path)
    (tmp_path / "CNAME").write_text("savoirs.example.org")
    (tmp_path / ".git" / "objects").mkdir(parents=True)
    (tmp_path / ".git" / "config").write_text("[core]")
    write(replace(SITE, cards=(TABLE,)), tmp_path)
    assert (tmp_path / "CNAME").read_text() == "savoirs.example.org"
    assert (tmp_path / ".git" / "config").read_text() == "[core]"
    assert (tmp_path / ".git" / "objects").is_dir()


def test_a_foreign_file_under_a_name_of_ours_is_not_overwritten(tmp_path: Path) -> None:
    write(replace(SITE, cards=(TABLE,)), tmp_path)
    before = contents(tmp_path)
    mine = tmp_path / COURTYARD.folder / "index.html"
    mine.parent.mkdir()
    mine.write_text("mine")
    with pytest.raises(NotOurs, match="Move it elsewhere"):
        write(SITE, tmp_path)
    assert contents(tmp_path) == {**before, f"{COURTYARD.folder}/index.html": b"mine"}


def test_a_manifest_that_lies_removes_nothing_of_anybody(tmp_path: Path) -> None:
    folder, outside = tmp_path / "site", tmp_path / "outside"
    write(replace(SITE, cards=(TABLE,)), folder)
    outside.mkdir()
    (outside / "index.html").write_text("outside")
    (folder / "CNAME").write_text("mine")
    (folder / "fiches" / "linked").symlink_to(outside)
    (folder / "fiches" / "file-1").mkdir()
    (folder / "fiches" / "file-1" / "index.html").symlink_to(outside / "index.html")
    said = json.loads((folder / MANIFEST).read_text())
    lies = ["../outside/index.html", str(outside / "index.html"), "CNAME", "fiches/linked/index.html", "fiches/../CNAME",
            "fiches/file-1/index.html", "fiches/../../outside/index.html", ".", "", "\0", "site.css\n", "vendor/../CNAME"]  # fmt: skip
    said["files"] |= dict.fromkeys(lies, "0" * 64)
    (folder / MANIFEST).write_text(json.dumps(said))
    assert write(replace(SITE, cards=(TABLE,)), folder).removed == 0
    assert (outside / "index.html").read_text() == "outside"
    assert (folder / "CNAME").read_text() == "mine"
    assert (folder / "fiches" / "linked").is_symlink()


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    folder, outside = tmp_path / "site", tmp_path / "outside"
    write(replace(SITE, cards=()), folder)
    outside.mkdir()
    (folder / "fiches").symlink_to(outside)
    with pytest.raises(NotOurs, match="fiches/"):
        write(SITE, folder)
    (folder / "fiches").unlink()
    (outside / "page.html").write_text("outside")
    (folder / "index.html").unlink()
    (folder / "index.html").symlink_to(outside / "page.html")
    with pytest.raises(NotOurs, match=r"index\.html"):
        write(SITE, folder)
    assert contents(outside) == {"page.html": b"outside"}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "savoirs.example.org", "https://", "file:///tmp/site"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not the address of a site"):
        replace(SITE, url=url)


# Hostile words -------------------------------------------------------------------------------------------------------

NASTY = ['"><script>alert(1)</script>', "'-->]]>&amp;<!--", "</title></blockquote><img src=x onerror=alert(1)>", "{{ site }}{% now 'c' %}",
         "\x00\x08\x1b\x7f\x85\ufffe\ud800\U0001ffff", "\u202egauche\u202c", "../../etc/passwd"]  # fmt: skip


def everywhere(words: str) -> Site:
    """A site that says these words wherever words can stand."""
    quote = Quote(id=words, stance="supports", lines=(Line(words, words),), language=words, source=words, sound=VOICE, start_ms=0)  # fmt: skip
    claim = Claim(id=words, kind="proposal", text=words, quotes=(quote,), version=words)
    card = Card(id=words, title=words, question=words, claims=(claim,), published_at=WRITTEN, changed_at=WRITTEN, language=words, credits=(words,))  # fmt: skip
    return Site(community=words, url="", language="fr", cards=(card,), written_at=WRITTEN, checks=((words, 1),))


def shape(path: Path) -> list[str]:
    """The elements and the names of their attributes, in order: what words must not be able to change."""
    return [f"{element.tag} {sorted(element.keys())}" for element in html.parse(path).iter() if isinstance(element.tag, str)]  # fmt: skip


def assert_nothing_breaks_out(words: list[str], tmp_path: Path) -> None:
    write(everywhere("mots"), tmp_path / "plain")
    expected = {name: shape(tmp_path / "plain" / name) for name in ("index.html", "404.html", "preuve/index.html")}
    expected_card = shape(tmp_path / "plain" / everywhere("mots").cards[0].folder / "index.html")
    assert expected_card.count("script []") == 0
    for number, one in enumerate(words):
        site, folder = everywhere(one), tmp_path / str(number)
        write(site, folder)
        assert {name: shape(folder / name) for name in expected} == expected, one
        assert shape(folder / site.cards[0].folder / "index.html") == expected_card, one
        etree.parse(folder / "atom.xml")
        assert {name for name in files(folder) if not re.fullmatch(r"[\w./-]+", name)} == set()
        shutil.rmtree(folder)


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    assert_nothing_breaks_out(NASTY, tmp_path)
    write(everywhere(NASTY[0]), tmp_path / "said")
    page = html.parse(tmp_path / "said" / everywhere(NASTY[0]).cards[0].folder / "index.html")
    assert page.xpath("string(//h1)") == NASTY[0]


@pytest.mark.slow
def test_naughty_strings_stay_words(data: Path, tmp_path: Path) -> None:
    source = data / "7_hostile" / "strings" / "blns.json"
    if not source.exists():
        pytest.skip(f"There are no hostile strings at {source}.")
    naughty = [one for one in json.loads(source.read_text()) if one.strip() and re.search("[<>&\"'{%/\\\\]", one)]
    assert len(naughty) > 100
    assert_nothing_breaks_out(naughty[::4], tmp_path)
