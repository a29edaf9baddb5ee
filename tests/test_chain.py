"""The chain on the server's side: from words to a public claim, and everywhere back; `verify` names each broken link."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from recolte.cards.actions import answer, change_card, change_claim, publish_card
from recolte.cards.models import Answer, Claim, Evidence, Validation
from recolte.cards.rules import standing
from recolte.coding.actions import code_excerpt, make_code, strike
from recolte.coding.models import Coding, Excerpt
from recolte.consent.actions import agree_to, withdraw
from recolte.consent.models import Consent, Purpose
from recolte.engine import audio
from recolte.journal.verifying import verify
from recolte.publishing.actions import folder_of, latest_publications, own_folder, publish
from recolte.publishing.site import manifest
from recolte.publishing.site.values import LICENCE
from recolte.sources import store
from recolte.sources.models import Rendition, Source
from recolte.transcripts.actions import correct_turn
from recolte.transcripts.models import Turn
from tests.world import World, accepts, allows, claimed, kept, passage_of, says, tone, work

WORDS = "On a d’abord appris à se faire confiance"


@pytest.fixture(autouse=True)
def public_site(settings: object, tmp_path: Path) -> None:
    settings.PUBLIC_SITE = tmp_path / "public"  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def listening_copy(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Ten seconds of a tone, as the house plays them."""
    folder = tmp_path_factory.mktemp("sound")
    (folder / "tone.wav").write_bytes(tone(10))
    audio.prepare(str(folder / "tone.wav"), None, str(folder / "tone.webm"))
    return (folder / "tone.webm").read_bytes()


@pytest.fixture
def heard(world: World, listening_copy: bytes) -> Source:
    """A recording that can be heard."""
    source = kept(world, "table-ronde.wav")
    made = store.put(world.community.pk, io.BytesIO(listening_copy))
    source.renditions.filter(role=Rendition.Role.LISTENING).update(**made._asdict())
    return source


@pytest.fixture
def claim(world: World, heard: Source) -> Claim:
    """A claim that may be public: Chloé said it, agreed to all, was listened to, and accepts it."""
    transcript = says(world, heard, f"{WORDS} à table.", "La mairie est venue ensuite.")
    excerpt = passage_of(world, transcript, WORDS)
    code_excerpt(excerpt, make_code(world.community, "confiance", by=world.bruno), by=world.bruno)
    claim = claimed(world, "La confiance vient avant le projet.", excerpt)
    allows(world.chloe)
    accepts(world.chloe, claim)
    return claim


def published(world: World, claim: Claim) -> Path:
    publish_card(claim.card, by=world.amina)
    folder = own_folder(world.community)
    publish(world.community, folder, by=world.amina)
    return folder


def broken() -> list[str]:
    with translation.override("en"):
        return [f"{walk.label}: {link}" for walk in verify() for link in walk.broken]


def all_bytes(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_claim_that_is_borne_and_accepted_is_published_with_its_seconds(world: World, claim: Claim) -> None:
    assert (standing(claim).state, standing(claim).missing()) == ("validated", [])
    folder = published(world, claim)
    said = manifest(folder)
    assert said is not None
    ((quote,),) = [each["quotes"] for card in said["cards"] for each in card["claims"]]
    excerpt = claim.evidence.get().excerpt
    assert (excerpt.start_ms, excerpt.end_ms) == (0, 3200)  # eight words of 400 ms
    clip = folder / quote["sound"]
    assert clip.stat().st_size < 3200 * 8 + 2000  # 64 kbit/s: those seconds and no more
    page = (folder / said["cards"][0]["page"]).read_text()
    assert WORDS in page
    assert "Une artisane" in page
    assert "Chloé" not in page
    assert broken() == []


def test_a_withdrawal_takes_it_off_every_site_and_says_so(world: World, claim: Claim, tmp_path: Path) -> None:
    own, elsewhere = published(world, claim), tmp_path / "ailleurs"
    publish(world.community, elsewhere, by=None)
    withdraw(world.chloe, [Purpose.QUOTE_PSEUDONYM], how=Consent.How.LINK, by=None)
    assert standing(claim).state == "unsupported"
    assert [line.split(":")[0] for line in broken()] == ["what is public, and the agreements to it"] * 2
    work()
    for folder in (own, elsewhere):
        assert WORDS.encode() not in all_bytes(folder)
        assert list(folder.rglob("*.mp3")) == []
    assert broken() == []


def test_a_struck_passage_is_used_nowhere_not_even_through_another_over_it(world: World, claim: Claim) -> None:
    folder = published(world, claim)
    transcript = claim.evidence.get().excerpt.transcript
    assert transcript is not None
    other = passage_of(world, transcript, "appris à se faire")
    strike(other, world.chloe)
    assert standing(claim).state == "unsupported"
    work()
    assert WORDS.encode() not in all_bytes(folder)
    assert broken() == []


def test_the_voice_leaves_alone_when_only_the_sound_is_withdrawn(world: World, claim: Claim) -> None:
    folder = published(world, claim)
    withdraw(world.chloe, [Purpose.PUBLISH_AUDIO], how=Consent.How.LINK, by=None)
    work()
    assert standing(claim).state == "validated"
    assert WORDS.encode() in all_bytes(folder)
    assert list(folder.rglob("*.mp3")) == []


def test_others_may_take_words_up_as_long_as_who_said_them_lets_them(world: World, claim: Claim) -> None:
    agree_to(world.chloe, [Purpose.REUSE], how=Consent.How.LINK, by=None)
    folder = published(world, claim)
    assert LICENCE.encode() in all_bytes(folder)
    withdraw(world.chloe, [Purpose.REUSE], how=Consent.How.LINK, by=None)
    assert [line.split(":")[0] for line in broken()] == ["what is public, and the agreements to it"]
    work()
    assert standing(claim).state == "validated"
    assert WORDS.encode() in all_bytes(folder)
    assert LICENCE.encode() not in all_bytes(folder)
    assert broken() == []


def test_one_word_more_reopens_the_claim(world: World, claim: Claim) -> None:
    folder = published(world, claim)
    change_claim(claim, "La confiance vient toujours avant le projet.", kind=claim.kind, by=world.amina)
    now = standing(claim)
    assert (now.state, [asked.is_reopened for asked in now.asked]) == ("to_validate", [True])
    publish(world.community, folder, by=world.amina)
    assert WORDS.encode() not in all_bytes(folder)
    accepts(world.chloe, claim)
    assert standing(claim).state == "validated"


def test_other_words_leave_the_site_by_themselves_and_come_back_only_when_they_are_sent_out(
    world: World, claim: Claim
) -> None:
    folder = published(world, claim)
    change_claim(claim, "La confiance vient toujours avant le projet.", kind=claim.kind, by=world.bruno)
    work()
    assert WORDS.encode() not in all_bytes(folder)
    assert broken() == []
    accepts(world.chloe, claim)
    work()
    assert (standing(claim).state, WORDS.encode() in all_bytes(folder)) == ("validated", False)
    assert broken() == []
    claim.card.refresh_from_db()
    publish_card(claim.card, by=world.amina)
    work()
    assert b"vient toujours avant" in all_bytes(folder)


def test_another_title_waits_to_be_sent_out(world: World, claim: Claim) -> None:
    folder = published(world, claim)
    change_card(claim.card, by=world.bruno, title="Un titre de passage")
    publish(world.community, folder, by=None)
    assert b"Un titre de passage" not in all_bytes(folder)


def test_a_corrected_quote_leaves_the_site_by_itself(world: World, claim: Claim) -> None:
    folder = published(world, claim)
    turn = Turn.objects.filter(transcript=claim.evidence.get().excerpt.transcript).first()
    assert turn is not None
    correct_turn(turn, turn.text.replace("confiance", "connaissance"), before=turn.text, by=world.bruno)
    work()
    assert WORDS.encode() not in all_bytes(folder)
    assert broken() == []


def test_who_would_say_it_otherwise_later_has_not_agreed_any_more(world: World, claim: Claim) -> None:
    folder = published(world, claim)
    answer(claim, world.chloe, Answer.REPHRASED, version=standing(claim).version, wording="D’abord la confiance.")
    now = standing(claim)
    assert (now.state, now.is_ready, [asked.has_accepted for asked in now.asked]) == ("contested", False, [False])
    work()
    assert WORDS.encode() not in all_bytes(folder)
    accepts(world.chloe, claim)
    work()
    assert (standing(claim).state, WORDS.encode() in all_bytes(folder)) == ("validated", True)
    assert broken() == []


def test_correcting_the_quote_reopens_the_claim_and_asks_for_listening_again(world: World, claim: Claim) -> None:
    excerpt = claim.evidence.get().excerpt
    turn = Turn.objects.filter(transcript=excerpt.transcript).first()
    assert turn is not None
    correct_turn(turn, turn.text.replace("confiance", "connaissance"), before=turn.text, by=world.bruno)
    lacks = [lack.value for one in standing(claim).borne for lack in one.lacks]
    assert lacks == ["listening", "drifted"]
    assert standing(claim).is_ready is False


def test_a_correction_elsewhere_leaves_the_claim_as_it_was(world: World, claim: Claim) -> None:
    excerpt = claim.evidence.get().excerpt
    first, second = Turn.objects.filter(transcript=excerpt.transcript)
    correct_turn(second, "La mairie est venue après.", before=second.text, by=world.bruno)
    assert standing(claim).state == "validated"
    assert broken() == []


def _path(kept: Source | Rendition) -> Path:
    with store.on_disk(kept.community_id, kept.sha256) as path:
        return path


def _other_bytes(world: World, claim: Claim) -> None:
    source = claim.evidence.get().excerpt.source
    _path(source).write_bytes(b"something else")


def _no_rendition(world: World, claim: Claim) -> None:
    made = Rendition.objects.get(source=claim.evidence.get().excerpt.source, role="listening")
    _path(made).unlink()


def _moved_anchor(world: World, claim: Claim) -> None:
    Excerpt.objects.update(start=3)


def _other_quote(world: World, claim: Claim) -> None:
    Turn.objects.filter(position=0).update(text=WORDS.replace("confiance", "confiture") + " à table.", listened_at=None)
    Excerpt.objects.update(quote=WORDS.replace("confiance", "confiture"))
    Validation.objects.all().delete()


def _other_turn(world: World, claim: Claim) -> None:
    Turn.objects.filter(position=1).update(text="La mairie est venue toujours")


def _moved_turn(world: World, claim: Claim) -> None:
    Turn.objects.filter(position=1).update(offset=0)


def _silent_voice(world: World, claim: Claim) -> None:
    Source.objects.get(pk=claim.evidence.get().excerpt.source_id).people.clear()


def _code_from_elsewhere(world: World, claim: Claim) -> None:
    Coding.objects.update(code=make_code(world.elsewhere, "ailleurs", by=world.driss))


def _other_evidence(world: World, claim: Claim) -> None:
    transcript = claim.evidence.get().excerpt.transcript
    assert transcript is not None
    other = passage_of(world, transcript, "La mairie est venue ensuite")
    Evidence.objects.update(excerpt=other)
    Validation.objects.all().delete()


def _invented_answer(world: World, claim: Claim) -> None:
    Validation.objects.update(version="0" * 64)
    Validation.objects.create(
        community=world.community,
        claim=claim,
        person=world.chloe,
        version=standing(claim).version,
        answer=Answer.ACCEPTED,
    )


def _changed_page(world: World, claim: Claim) -> None:
    page = next(own_folder(world.community).glob("fiches/*/index.html"))
    page.write_text(page.read_text().replace("confiance", "confiture"))


def _withdrawn_consent(world: World, claim: Claim) -> None:
    Consent.objects.filter(purpose=Purpose.GROUP).delete()


def _withdrawn_sound(world: World, claim: Claim) -> None:
    Consent.objects.filter(purpose=Purpose.PUBLISH_AUDIO).delete()


def _changed_claim(world: World, claim: Claim) -> None:
    Claim.objects.update(text="Autre chose.")


def _lost_site(world: World, claim: Claim) -> None:
    (own_folder(world.community) / "recolte.json").unlink()


def _forged_consent(world: World, claim: Claim) -> None:
    first = Consent.objects.filter(purpose=Purpose.GROUP).get()
    Consent.objects.create(
        community=world.community, person=world.chloe, purpose=Purpose.QUOTE_NAME, how="paper", given_at=first.given_at
    )


def _consent_brought_back(world: World, claim: Claim) -> None:
    withdraw(world.chloe, [Purpose.PUBLISH_AUDIO], how=Consent.How.LINK, by=None)
    work()
    Consent.objects.filter(purpose=Purpose.PUBLISH_AUDIO).update(withdrawn_at=None)


def _no_longer_struck(world: World, claim: Claim) -> None:
    strike(claim.evidence.get().excerpt, world.chloe)
    work()
    Excerpt.objects.update(struck_at=None, struck_by=None)


def _forged_reading(world: World, claim: Claim) -> None:
    Excerpt.objects.update(read_back_at=claim.card.created_at, read_back_by=world.bruno)


def _turned_stance(world: World, claim: Claim) -> None:
    Evidence.objects.update(stance="nuances")


def _lost_coding(world: World, claim: Claim) -> None:
    Coding.objects.all().delete()


def _forged_coding(world: World, claim: Claim) -> None:
    code = make_code(world.community, "autre", by=world.bruno)
    Coding.objects.create(community=world.community, excerpt=claim.evidence.get().excerpt, code=code, by=world.bruno)


LINKS: list[tuple[Callable[[World, Claim], None], dict[str, int]]] = [
    (_other_bytes, {"files and their sha256": 1}),
    (_no_rendition, {"files and their sha256": 1}),
    (_other_turn, {"turns and who listened to them": 1}),
    (_moved_turn, {"turns and who listened to them": 1}),
    (_silent_voice, {"turns and who listened to them": 1}),
    (_moved_anchor, {"passages and their words": 1}),
    (_other_quote, {"passages and their words": 1, "what is public, and the agreements to it": 1}),
    (_code_from_elsewhere, {"codings, their passages and their codes": 1}),
    (_other_evidence, {"claims and what bears them": 1, "what is public, and the agreements to it": 1}),
    (_invented_answer, {"answers and the words they were given to": 2}),
    (_changed_page, {"what is public, and the agreements to it": 1}),
    (_withdrawn_consent, {"what is public, and the agreements to it": 1}),
    (_withdrawn_sound, {"what is public, and the agreements to it": 1}),
    (_changed_claim, {"what is public, and the agreements to it": 1}),
    (_forged_consent, {"agreements, given and taken back": 1}),
    (_consent_brought_back, {"agreements, given and taken back": 1}),
    (_no_longer_struck, {"passages that were struck or read back": 1}),
    (_forged_reading, {"passages that were struck or read back": 1}),
    (_turned_stance, {"claims and what bears them": 1, "what is public, and the agreements to it": 1}),
    (_lost_coding, {"codings, their passages and their codes": 1}),
    (_forged_coding, {"codings, their passages and their codes": 1}),
    (_lost_site, {"what is public, and the agreements to it": 1}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("tear", "expected"), LINKS, ids=[tear.__name__.strip("_") for tear, _expected in LINKS])
def test_verify_names_each_link_that_is_torn(
    world: World, claim: Claim, tear: Callable[[World, Claim], None], expected: dict[str, int]
) -> None:
    published(world, claim)
    assert broken() == []
    tear(world, claim)
    with translation.override("en"):
        assert {walk.label: len(walk.broken) for walk in verify() if walk.broken} == expected


def test_the_command_prints_one_line_a_link_and_ends_with_1(
    world: World, claim: Claim, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en")
    call_command("verify")
    assert capsys.readouterr().out.startswith("The chain holds: ")
    _moved_anchor(world, claim)
    excerpt = claim.evidence.get().excerpt
    with pytest.raises(SystemExit) as ended:
        call_command("verify")
    assert ended.value.code == 1
    assert capsys.readouterr().out.splitlines() == [
        f"/extraits/{excerpt.pk}/: Its words are not where it says they are: select them again."
    ]


def test_the_house_shows_its_site_to_everyone_and_nothing_else(
    world: World, claim: Claim, anonymous: Client, tmp_path: Path
) -> None:
    folder = published(world, claim)
    (folder / "secret.txt").write_text("not ours")
    home = f"/public/{world.community.slug}/"
    said = manifest(folder)
    assert said is not None
    page = anonymous.get(home + said["cards"][0]["page"])
    assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert WORDS in page.content.decode()
    sound = said["cards"][0]["claims"][0]["quotes"][0]["sound"]
    part = anonymous.get(home + sound, headers={"Range": "bytes=0-9"})
    assert (
        (part.status_code, b"".join(part) if part.streaming else part.content)
        == (  # type: ignore[attr-defined]
            206,
            (folder / sound).read_bytes()[:10],
        )
    )
    assert [anonymous.get(home + name).status_code for name in ("", "atom.xml", "preuve/", "recolte.json")] == [200] * 4
    assert [anonymous.get(home + name).status_code for name in ("secret.txt", "../x", "fiches/")] == [404] * 3
    assert anonymous.get("/public/ailleurs/").status_code == 404


def test_publications_remember_where(world: World, claim: Claim, tmp_path: Path) -> None:
    own = published(world, claim)
    publish(world.community, tmp_path / "site", url="https://example.org/", by=None)
    assert [(one.folder, one.url, folder_of(one)) for one in latest_publications(world.community)] == [
        ("", "", own),
        (str(tmp_path / "site"), "https://example.org/", tmp_path / "site"),
    ]
    assert json.loads((own / "recolte.json").read_text())["complete"] is True
