"""The page on which Chloé, who has no account, hears her words, answers, allows and takes back."""

import io
import math
import re
import struct
import wave
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from recolte.cards.actions import LINK_DAYS, add_claim, change_claim, end_links, personal_link, tie, write_card
from recolte.cards.models import Answer, Validation
from recolte.cards.rules import standing
from recolte.coding.actions import accept_drift, mark_seconds, strike
from recolte.coding.models import Excerpt
from recolte.community.models import Person
from recolte.community.people import find_or_make_person
from recolte.consent.actions import agree_to, withdraw
from recolte.consent.models import Consent, Purpose
from recolte.journal.models import Event
from recolte.sources.models import Source
from recolte.transcripts.actions import correct_turn
from tests.cards.telling import CLAIM, HERS, HIS, MORE, Telling, path_of, tell
from tests.world import World, bring

LINK = Consent.How.LINK


@pytest.fixture
def told(world: World) -> Telling:
    return tell(world)


@pytest.fixture
def page(told: Telling) -> str:
    return path_of(told.chloe)


def _text(response: HttpResponse) -> str:
    return response.content.decode()


def _sent(client: Client, page: str, **fields: Any) -> HttpResponse:
    return client.post(page, fields)  # type: ignore[return-value]


def _answer(client: Client, told: Telling, answer: str, wording: str = "", version: str = "") -> HttpResponse:
    return _sent(
        client,
        path_of(told.chloe),
        do="answer",
        claim=told.claim.pk,
        version=version or standing(told.claim).version,
        answer=answer,
        wording=wording,
    )


def _everything() -> dict[str, object]:
    return {
        "events": Event.objects.count(),
        "validations": Validation.objects.count(),
        "consents": list(Consent.objects.values_list("pk", "withdrawn_at")),
        "excerpts": list(Excerpt.objects.order_by("pk").values()),
        "people": list(Person.objects.order_by("pk").values()),
    }


# The link


def test_looking_changes_nothing(told: Telling, page: str, anonymous: Client) -> None:
    before = _everything()
    assert [anonymous.get(page).status_code, anonymous.head(page).status_code] == [200, 200]
    anonymous.get(f"{page}?do=allow&answer=struck&claim={told.claim.pk}")
    assert _everything() == before


def test_the_address_does_not_travel_and_nothing_is_kept(page: str, anonymous: Client) -> None:
    response = anonymous.get(page)
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"] and "private" in response["Cache-Control"]


def test_no_other_site_is_on_the_page(page: str, anonymous: Client) -> None:
    links = re.findall(r"(?:href|src|action)=\"([^\"]+)", _text(anonymous.get(page)))
    assert [link for link in links if not link.startswith(("/", "#"))] == []


def test_an_invented_link_opens_nothing(page: str, anonymous: Client) -> None:
    for wrong in ("/parole/invented/", page.replace(".", ".1", 1), page[:-3] + "x/"):
        for response in (anonymous.get(wrong), anonymous.post(wrong, {"do": "allow"})):
            assert response.status_code == 410
            assert "Passerelles" not in _text(response)


def test_a_link_that_is_too_old_opens_nothing(page: str, anonymous: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = __import__("time").time
    monkeypatch.setattr("django.core.signing.time.time", lambda: clock() + LINK_DAYS * 86400 - 60)
    assert anonymous.get(page).status_code == 200
    monkeypatch.setattr("django.core.signing.time.time", lambda: clock() + LINK_DAYS * 86400 + 60)
    assert anonymous.get(page).status_code == 410


def test_links_that_were_ended_open_nothing_and_a_new_one_does(told: Telling, page: str, anonymous: Client) -> None:
    clip = f"{page}extraits/{told.hers.pk}.mp3"
    end_links(told.chloe, by=told.world.amina)
    assert {anonymous.get(url).status_code for url in (page, clip)} == {410}
    assert _sent(anonymous, page, do="strike", excerpt=told.hers.pk).status_code == 410
    assert anonymous.get(path_of(told.chloe)).status_code == 200


# What stands there


def test_it_says_who_asks_and_shows_the_claim_with_her_words(told: Telling, page: str, anonymous: Client) -> None:
    shown = _text(anonymous.get(page))
    for words in ("Les Passerelles", "Visite à l’Atelier", "Chloé", CLAIM, HERS, "Amina"):
        assert words in shown
    assert f"/extraits/{told.hers.pk}.mp3" in shown


def test_the_words_of_another_are_hidden_until_they_agreed(told: Telling, page: str, anonymous: Client) -> None:
    shown = _text(anonymous.get(page))
    assert HIS not in shown and f"/extraits/{told.his.pk}.mp3" not in shown
    agree_to(told.emile, [Purpose.GROUP], how=LINK, by=None)
    shown = _text(anonymous.get(page))
    assert HIS in shown and "trésorier" in shown
    assert "Émile" not in shown and f"/extraits/{told.his.pk}.mp3" not in shown


def test_of_a_passage_of_two_voices_she_reads_and_hears_her_own(told: Telling, page: str, anonymous: Client) -> None:
    mixed = told.passage(HERS, MORE)
    shown = _text(anonymous.get(page))
    assert MORE in shown and HIS not in shown
    assert [f"{mixed.pk}.mp3{more}" in shown for more in ('"', "?suite=1", "?suite=2")] == [True, True, False]
    agree_to(told.emile, [Purpose.GROUP], how=LINK, by=None)
    shown = _text(anonymous.get(page))
    assert HIS in shown
    assert [f"{mixed.pk}.mp3{more}" in shown for more in ('"', "?suite=1")] == [True, False]


def test_nothing_without_her_words_is_there(told: Telling, page: str, anonymous: Client) -> None:
    world = told.world
    card = write_card(world.community, "Une fiche secrète", by=world.bruno)
    tie(add_claim(card, "Rien d’elle ici.", by=world.bruno), told.his, by=world.bruno)
    find_or_make_person(world.elsewhere, name="Chloé", by=world.driss)
    shown = _text(anonymous.get(page))
    assert [words for words in ("secrète", "Rien d’elle", "Ailleurs", "Driss") if words in shown] == []


def test_what_nobody_attested_is_not_there(told: Telling, page: str, anonymous: Client) -> None:
    Source.objects.update(attestation=None)
    assert HERS not in _text(anonymous.get(page))
    assert anonymous.get(f"{page}extraits/{told.hers.pk}.mp3").status_code == 404


def test_a_moment_marked_by_ear_stands_there_as_a_note(told: Telling, page: str, anonymous: Client) -> None:
    marked = mark_seconds(told.source, 100, 900, "Un long rire", by=told.world.bruno, person=told.chloe)
    shown = _text(anonymous.get(page))
    assert "Un long rire" in shown and f"{marked.pk}.mp3" in shown


def test_as_many_questions_for_three_claims_as_for_one(
    told: Telling, page: str, anonymous: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(18):
        anonymous.get(page)
    for number in (2, 3):
        claim = add_claim(told.claim.card, f"Un autre enseignement, le {number}.", by=told.world.bruno)
        tie(claim, told.passage(HERS, MORE if number == 3 else HIS), by=told.world.bruno)
    with django_assert_num_queries(18 + 1):  # one more: what is hers in passages of several voices
        anonymous.get(page)


# What she answers


def test_she_accepts(told: Telling, anonymous: Client) -> None:
    response = _answer(anonymous, told, "accepted")
    assert (response.status_code, response["Location"].partition("#")[2]) == (302, f"answered-{told.claim.pk}")
    (asked, _) = sorted(standing(told.claim).asked, key=lambda one: one.person.name)
    assert (asked.person, asked.has_accepted) == (told.chloe, True)
    shown = _text(anonymous.get(path_of(told.chloe)))
    assert "answered state agreed" in shown and 'value="accepted"' not in shown


def test_she_says_it_otherwise_and_agrees_to_her_own_words(told: Telling, anonymous: Client) -> None:
    hers = "On décide ensemble quand on peut."
    assert _answer(anonymous, told, "rephrased", hers).status_code == 302
    (proposal,) = standing(told.claim).proposals
    assert (proposal.wording, proposal.person) == (hers, told.chloe)
    assert hers in _text(anonymous.get(path_of(told.chloe)))
    change_claim(told.claim, hers, kind=told.claim.kind, by=told.world.bruno)
    assert [asked.has_accepted for asked in standing(told.claim).asked if asked.person == told.chloe] == [True]
    assert 'value="accepted"' not in _text(anonymous.get(path_of(told.chloe)))


def test_an_empty_sentence_is_refused_beside_the_claim(told: Telling, anonymous: Client) -> None:
    response = _answer(anonymous, told, "rephrased", " ")
    assert response.status_code == 422
    assert 'role="alert"' in _text(response) and Validation.objects.count() == 0


def test_she_strikes_and_her_words_are_used_nowhere(told: Telling, page: str, anonymous: Client) -> None:
    mixed = told.passage(HERS, HIS)
    assert _answer(anonymous, told, "struck").status_code == 302
    assert Validation.objects.get().answer == Answer.STRUCK
    told.hers.refresh_from_db()
    assert told.hers.struck_by == told.chloe
    assert standing(told.claim).state == "unsupported"
    shown = _text(anonymous.get(page))
    assert CLAIM not in shown and ".mp3" not in shown
    for excerpt in (told.hers, mixed):
        assert anonymous.get(f"{page}extraits/{excerpt.pk}.mp3").status_code == 404


def test_she_strikes_a_passage_on_which_nothing_rests(told: Telling, page: str, anonymous: Client) -> None:
    other = told.passage(MORE, MORE)
    assert MORE in _text(anonymous.get(page))
    assert _sent(anonymous, page, do="strike", excerpt=other.pk).status_code == 302
    other.refresh_from_db()
    assert other.struck_by == told.chloe
    assert CLAIM in _text(anonymous.get(page))


def test_she_cannot_strike_or_answer_for_another(told: Telling, page: str, anonymous: Client) -> None:
    for excerpt in (told.his.pk, told.claim.pk, "nothing"):
        assert _sent(anonymous, page, do="strike", excerpt=excerpt).status_code == 404
    alone = add_claim(told.claim.card, "Une phrase d’Émile.", by=told.world.bruno)
    tie(alone, told.his, by=told.world.bruno)
    response = _sent(anonymous, page, do="answer", claim=alone.pk, version=standing(alone).version, answer="accepted")
    assert response.status_code == 302
    assert not Validation.objects.exists() and not Excerpt.objects.exclude(struck_at=None).exists()


def test_an_answer_to_a_claim_that_was_changed_meanwhile_is_not_taken(told: Telling, anonymous: Client) -> None:
    version = standing(told.claim).version
    change_claim(told.claim, "On vote à main levée.", kind=told.claim.kind, by=told.world.bruno)
    response = _answer(anonymous, told, "accepted", version=version)
    assert response.status_code == 422
    assert "On vote à main levée." in _text(response) and 'role="alert"' in _text(response)
    assert not Validation.objects.exists()


def _is_open_again(told: Telling, client: Client) -> bool:
    shown = _text(client.get(path_of(told.chloe)))
    (asked,) = (one for one in standing(told.claim).asked if one.person == told.chloe)
    assert asked.is_reopened == ('value="accepted"' in shown)
    return asked.is_reopened


def test_one_word_of_the_claim_opens_it_again(told: Telling, anonymous: Client) -> None:
    _answer(anonymous, told, "accepted")
    assert not _is_open_again(told, anonymous)
    change_claim(told.claim, CLAIM.replace("une", "deux"), kind=told.claim.kind, by=told.world.bruno)
    assert _is_open_again(told, anonymous)
    change_claim(told.claim, CLAIM, kind=told.claim.kind, by=told.world.bruno)
    assert not _is_open_again(told, anonymous)


def test_one_word_of_the_quote_opens_it_again(told: Telling, anonymous: Client) -> None:
    _answer(anonymous, told, "accepted")
    turn = told.transcript.turns.order_by("position")[0]
    text = HERS.replace("jeudi", "mardi")
    correct_turn(turn, text, before=HERS, by=told.world.bruno)
    told.hers.refresh_from_db()
    accept_drift(told.hers, 0, len(text), by=told.world.bruno)
    assert _is_open_again(told, anonymous)
    assert text in _text(anonymous.get(path_of(told.chloe)))


# What she allows


def _allow(client: Client, page: str, was: list[str], now: list[str]) -> int:
    return _sent(client, page, do="allow", was=was, allow=now).status_code


def _standing(person: Person) -> set[str]:
    return set(person.consents.standing().values_list("purpose", flat=True))


ATTESTED = ["record", "transcribe"]


def test_she_ticks_and_unticks(told: Telling, page: str, anonymous: Client) -> None:
    assert _allow(anonymous, page, ATTESTED, [*ATTESTED, "group", "quote_pseudonym"]) == 302
    assert _standing(told.chloe) == {"group", "quote_pseudonym"}
    assert set(told.chloe.consents.values_list("how", "by")) == {("link", None)}
    shown = _text(anonymous.get(page))
    ticked = re.findall(r'name="allow" value="(\w+)" checked', shown)
    assert ticked == ["group", "quote_pseudonym", "record", "transcribe"]
    assert _allow(anonymous, page, ticked, ATTESTED + ["group"]) == 302
    assert _standing(told.chloe) == {"group"}
    assert told.chloe.consents.get(purpose="quote_pseudonym").withdrawn_at


def test_only_what_she_changed_is_changed(told: Telling, page: str, anonymous: Client) -> None:
    agree_to(told.chloe, [Purpose.GROUP], how=Consent.How.PAPER, by=told.world.amina)  # while her page was open
    assert _allow(anonymous, page, ATTESTED, [*ATTESTED, "publish_audio"]) == 302
    assert _standing(told.chloe) == {"group", "publish_audio"}
    assert _allow(anonymous, page, ["nonsense"], []) == 302
    assert _standing(told.chloe) == {"group", "publish_audio"}


def test_without_the_recording_nothing_is_left_even_here(told: Telling, page: str, anonymous: Client) -> None:
    assert _allow(anonymous, page, ATTESTED, ["transcribe"]) == 302
    shown = _text(anonymous.get(page))
    assert HERS not in shown and CLAIM not in shown and ".mp3" not in shown
    assert anonymous.get(f"{page}extraits/{told.hers.pk}.mp3").status_code == 404
    assert _allow(anonymous, page, ["transcribe"], ATTESTED) == 302
    assert HERS in _text(anonymous.get(page))


def test_her_name_is_asked_about_only_where_it_is_known(told: Telling, page: str, anonymous: Client) -> None:
    assert 'value="quote_name"' in _text(anonymous.get(page))
    nameless = find_or_make_person(told.world.community, role="facilitateur", by=told.world.amina)
    assert 'value="quote_name"' not in _text(anonymous.get(path_of(nameless)))


# What she hears


def _three_tones() -> bytes:
    """Two seconds each of 400, 800 and 1600 Hz."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        for pitch in (400, 800, 1600):
            samples = (int(9000 * math.sin(2 * math.pi * pitch * i / 16000)) for i in range(32000))
            file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return out.getvalue()


def _heard(content: bytes) -> tuple[float, float]:
    """(seconds, the pitch that is loudest) of a clip."""
    with av.open(io.BytesIO(content)) as container:
        frames = list(container.decode(audio=0))
    samples = np.concatenate([frame.to_ndarray().astype(np.float64).mean(axis=0) for frame in frames])
    rate = frames[0].sample_rate
    spectrum = np.abs(np.fft.rfft(samples))
    return len(samples) / rate, float(np.argmax(spectrum)) * rate / len(samples)


@pytest.fixture
def sung(world: World, tmp_path: Path) -> Telling:
    source = bring(world, "trois-tons.wav", _three_tones(), tmp_path)
    source.transcripts.all().delete()
    return tell(world, source)


def test_a_clip_holds_her_seconds_and_no_other(sung: Telling, anonymous: Client) -> None:
    page = path_of(sung.chloe)
    last, mixed = sung.passage(MORE, MORE), sung.passage(HERS, MORE)
    pitches = {}
    for excerpt, more in ((sung.hers, ""), (last, ""), (mixed, ""), (mixed, "?suite=1")):
        response = anonymous.get(f"{page}extraits/{excerpt.pk}.mp3{more}")
        assert (response.status_code, response["Content-Type"]) == (200, "audio/mpeg")
        assert "no-store" in response["Cache-Control"] and "private" in response["Cache-Control"]
        seconds, pitch = _heard(b"".join(response))
        assert 1.9 <= seconds <= 2.1
        pitches[excerpt.pk, more] = round(pitch, -2)
    assert list(pitches.values()) == [400, 1600, 400, 1600]
    wrong = (f"{sung.his.pk}.mp3", f"{mixed.pk}.mp3?suite=2", f"{mixed.pk}.mp3?suite=x", f"{sung.claim.pk}.mp3")
    assert [anonymous.get(f"{page}extraits/{name}").status_code for name in wrong] == [404] * 4
    agree_to(sung.emile, [Purpose.GROUP], how=LINK, by=None)
    seconds, _ = _heard(b"".join(anonymous.get(f"{page}extraits/{mixed.pk}.mp3")))
    assert 5.9 <= seconds <= 6.1
    assert anonymous.get(f"{page}extraits/{sung.his.pk}.mp3").status_code == 404


def test_a_clip_is_sent_in_parts_as_well(sung: Telling, anonymous: Client) -> None:
    url = f"{path_of(sung.chloe)}extraits/{sung.hers.pk}.mp3"
    whole = b"".join(anonymous.get(url))
    part = anonymous.get(url, headers={"Range": "bytes=100-199"})
    assert (part.status_code, b"".join(part)) == (206, whole[100:200])
    assert part["Content-Range"] == f"bytes 100-199/{len(whole)}"
    assert anonymous.head(url)["Content-Length"] == str(len(whole))


def test_where_there_is_no_sound_there_is_no_clip(told: Telling, page: str, anonymous: Client) -> None:
    told.source.renditions.all().delete()
    assert anonymous.get(f"{page}extraits/{told.hers.pk}.mp3").status_code == 404


# For those who have an account


def test_a_member_finds_their_own_words(told: Telling, amina: Client, bruno: Client) -> None:
    Person.objects.filter(pk=told.chloe.pk).update(user=told.world.bruno)
    shown = _text(bruno.get("/mes-paroles/"))
    assert CLAIM in shown and f"/mes-paroles/extraits/{told.hers.pk}.mp3" in shown
    assert CLAIM not in _text(amina.get("/mes-paroles/"))
    assert amina.get(f"/mes-paroles/extraits/{told.hers.pk}.mp3").status_code == 404
    assert bruno.get(f"/mes-paroles/extraits/{told.his.pk}.mp3").status_code == 404
    response = bruno.post(
        "/mes-paroles/",
        {"do": "answer", "claim": told.claim.pk, "version": standing(told.claim).version, "answer": "accepted"},
    )
    slug = told.world.community.slug
    assert response["Location"] == f"/mes-paroles/?communaute={slug}#answered-{told.claim.pk}"
    assert Validation.objects.get().person == told.chloe


def test_a_member_of_two_communities_chooses(told: Telling, bruno: Client) -> None:
    world = told.world
    there = find_or_make_person(world.elsewhere, name="Bruno", by=world.driss)
    Person.objects.filter(pk__in=[told.chloe.pk, there.pk]).update(user=world.bruno)
    shown = {slug: _text(bruno.get(f"/mes-paroles/?communaute={slug}")) for slug in ("les-passerelles", "ailleurs")}
    assert [escape(CLAIM) in page for page in shown.values()] == [True, False]
    assert all("?communaute=ailleurs" in page for page in shown.values())


def test_what_was_withdrawn_by_another_does_not_show(told: Telling, page: str, anonymous: Client) -> None:
    agree_to(told.emile, [Purpose.GROUP], how=LINK, by=None)
    withdraw(told.emile, [Purpose.GROUP], how=LINK, by=None)
    assert HIS not in _text(anonymous.get(page))
    strike(told.his, told.emile)
    assert HIS not in _text(anonymous.get(page))


def test_the_link_is_a_whole_address(told: Telling, settings: Any) -> None:
    assert personal_link(told.chloe).startswith(f"{settings.SITE_URL}/parole/")


@pytest.mark.parametrize(
    ("allowed", "warned"),
    [
        (["quote_pseudonym"], True),  # the public may read what the community may not?
        (["publish_audio"], True),  # nothing is quoted, so nothing is heard
        (["group", "publish_audio"], True),
        (["group", "quote_pseudonym"], False),
        (["group", "quote_name", "publish_audio"], False),
        (["group"], False),
    ],
)
def test_what_was_allowed_and_has_no_effect_is_said(
    told: Telling, page: str, anonymous: Client, allowed: list[str], warned: bool
) -> None:
    anonymous.post(page, {"do": "allow", "allow": [*allowed, "record", "transcribe"], "was": ["record", "transcribe"]})
    said = [message.level_tag for message in anonymous.get(page).context["messages"]]
    assert ("warning" in said) == warned


def test_who_is_no_longer_to_be_quoted_is_no_longer_quoted_by_name(told: Telling, page: str, anonymous: Client) -> None:
    both = ["record", "transcribe", "group", "quote_pseudonym", "quote_name"]
    anonymous.post(page, {"do": "allow", "allow": both, "was": both[:2]})
    anonymous.post(page, {"do": "allow", "allow": [one for one in both if one != "quote_pseudonym"], "was": both})
    assert set(told.chloe.consents.standing().values_list("purpose", flat=True)) == {"group"}
