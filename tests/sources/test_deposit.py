"""Bringing things in, and the agreement that makes them the community's."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recolte.consent.models import Attestation
from recolte.jobs.models import Job
from recolte.journal.models import Event
from recolte.search.models import Segment
from recolte.sources import store
from recolte.sources.actions import agree, open_deposit, receive
from recolte.sources.models import Deposit, Kind, Refusal, Rendition, Source
from recolte.sources.models import State as SourceState
from recolte.transcripts.models import Transcript
from tests.world import AGREED, World, bring, kept, note, spoken, tone, work

VTT = "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Amina>Une parole écrite.\n".encode()


def _verbs(first: int) -> list[str]:
    return list(Event.objects.values_list("verb", flat=True))[first:]


def _rows() -> dict[str, int]:
    models = [Deposit, Source, Rendition, Refusal, Attestation, Transcript, Segment, Job, Event]
    return {model.__name__: model.objects.count() for model in models}


def _upload(client: Client, world: World, *files: tuple[str, bytes], statement: str = "") -> list[str]:
    """Bring files by the form; what the page says afterwards."""
    answer = client.post(
        f"{world.gathering.get_absolute_url()}deposer/",
        {"brought": [SimpleUploadedFile(name, content) for name, content in files], "statement": statement},
        follow=True,
    )
    assert answer.redirect_chain == [(world.gathering.get_absolute_url(), 302)]
    return [str(message) for message in answer.context["messages"]]


def test_bringing_everything_again_adds_nothing(world: World, tmp_path: Path) -> None:
    files = {"son.wav": tone(3), "carnet.md": note(), "vide.md": b""}
    counts = []
    for _ in range(2):
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
            receive(open_deposit(world.gathering, by=world.amina, agreed=AGREED, resume=True), tmp_path / name, name)
            work()
        counts.append((_rows(), list(store.everything())))
    assert counts[0] == counts[1]
    assert counts[0][0] == {
        "Deposit": 1,
        "Source": 2,
        "Rendition": 2,
        "Refusal": 1,
        "Attestation": 1,
        "Transcript": 1,
        "Segment": 5,
        "Job": 3,
        "Event": counts[0][0]["Event"],
    }


def test_an_agreed_recording_is_journalled_without_a_word_of_anybody(world: World, tmp_path: Path) -> None:
    before = Event.objects.count()
    source = bring(world, "confidence.wav", tone(3), tmp_path)
    assert _verbs(before) == ["agreement.attested", "source.received", "source.read", "transcript.heard"]
    written = " ".join(f"{event.data}" for event in Event.objects.all())
    assert source.sha256 in written
    texts = [AGREED, source.name, *source.transcripts.get().turns.values_list("text", flat=True), "Amina"]
    assert [text for text in texts if text in written] == []


def test_what_is_agreed_later_is_then_transcribed_and_shared(world: World, bruno: Client, tmp_path: Path) -> None:
    before = Event.objects.count()
    source = bring(world, "son.wav", tone(3), tmp_path, agreed="")
    assert _verbs(before) == ["source.received", "source.read"]
    assert (source.transcripts.count(), bruno.get(source.get_absolute_url()).status_code) == (0, 404)
    answer = world.client("amina").post(f"{world.gathering.get_absolute_url()}autorisation/", {"statement": AGREED})
    assert (answer.status_code, answer["Location"]) == (302, world.gathering.get_absolute_url())
    work()
    assert _verbs(before)[2:] == ["agreement.attested", "source.agreed", "transcript.heard"]
    assert (source.transcripts.count(), bruno.get(source.get_absolute_url()).status_code) == (1, 200)


def test_bringing_the_same_file_again_with_an_agreement_releases_it(world: World, tmp_path: Path) -> None:
    before = Event.objects.count()
    first = bring(world, "son.wav", tone(3), tmp_path, agreed="")
    again = bring(world, "son.wav", tone(3), tmp_path, agreed=AGREED)
    assert (again, again.attestation.statement, again.deposit) == (first, AGREED, first.deposit)
    assert [job.name for job in Job.objects.all()] == ["sources.prepare", "transcripts.transcribe"]
    assert _verbs(before) == [
        "source.received",
        "source.read",
        "agreement.attested",
        "source.agreed",
        "transcript.heard",
    ]
    bring(world, "son.wav", tone(3), tmp_path, agreed="")
    assert Source.objects.get().is_agreed  # what was agreed stays so


def test_only_who_brought_it_may_attest(world: World, bruno: Client) -> None:
    hers, his = kept(world, "elle.wav", agreed=""), kept(world, "lui.wav", agreed="", by=world.bruno)
    bruno.post(f"{world.gathering.get_absolute_url()}autorisation/", {"statement": "Tous, à voix haute."})
    agreed = {source.name: source.is_agreed for source in Source.objects.all()}
    assert agreed == {hers.name: False, his.name: True}
    assert [event.subject_id for event in Event.objects.filter(verb="source.agreed")] == [str(his.pk)]


@pytest.mark.parametrize("statement", ["", "  ", "ok"])
def test_an_agreement_says_something(world: World, amina: Client, statement: str) -> None:
    source = kept(world, "son.wav", agreed="")
    answer = amina.post(f"{world.gathering.get_absolute_url()}autorisation/", {"statement": statement}, follow=True)
    assert len(list(answer.context["messages"])) == 1
    source.refresh_from_db()
    assert (source.is_agreed, Attestation.objects.count()) == (False, 0)
    with pytest.raises(ValidationError):
        agree([source], statement, by=world.amina)


def test_agreeing_twice_changes_nothing(world: World) -> None:
    source = kept(world, "son.wav", agreed="")
    agree([source], AGREED, by=world.amina)
    before = _rows()
    assert agree([source], "Une autre phrase.", by=world.amina) is None
    assert agree([], "Une autre phrase.", by=world.amina) is None
    assert _rows() == before


def test_the_form_says_what_came_what_was_there_and_what_could_not(world: World, amina: Client) -> None:
    said = _upload(amina, world, ("un.md", note()), ("deux.md", note("Deux")), ("vide.md", b""))
    assert len(said) == 2
    assert [one.name for one in Source.objects.order_by("id")] == ["un.md", "deux.md"]
    again = _upload(amina, world, ("un.md", note()))
    assert (len(again), again != said[:1]) == (1, True)
    assert Source.objects.count() == 2


def test_a_refused_file_is_told_once_with_its_sentence(world: World, amina: Client, bruno: Client) -> None:
    before = Event.objects.count()
    for _ in range(2):
        _upload(amina, world, ("vide.wav", b""))
    refusal = Refusal.objects.get()
    assert (refusal.name, refusal.problem, _verbs(before)) == ("vide.wav", "empty", ["source.refused"])
    pages = {
        who: world.client(who).get(world.gathering.get_absolute_url()).content.decode() for who in ("amina", "bruno")
    }
    assert {who: page.count(refusal.sentence) for who, page in pages.items()} == {"amina": 1, "bruno": 0}
    assert pages["amina"].count("vide.wav") == 1


def test_a_refused_file_that_then_comes_in_is_no_longer_told(world: World, amina: Client) -> None:
    _upload(amina, world, ("carnet.md", b""))
    _upload(amina, world, ("carnet.md", note()))
    assert (Refusal.objects.count(), Source.objects.get().name) == (0, "carnet.md")


def test_a_form_without_a_file_or_with_too_short_an_agreement_is_shown_again(world: World, amina: Client) -> None:
    url = f"{world.gathering.get_absolute_url()}deposer/"
    nothing = amina.post(url, {"statement": AGREED})
    short = amina.post(url, {"statement": "ok", "brought": SimpleUploadedFile("un.md", note())})
    assert [nothing.status_code, short.status_code] == [422, 422]
    assert nothing.context["form"].errors.keys() == {"brought"}
    assert short.context["form"].errors.keys() == {"statement"}
    assert (Source.objects.count(), Attestation.objects.count()) == (0, 0)


def test_the_same_file_in_two_gatherings_is_two_sources_of_one_content(world: World, tmp_path: Path) -> None:
    one = bring(world, "carnet.md", note(), tmp_path)
    world.gathering = type(world.gathering).objects.create(community=world.community, name="Une autre")
    two = bring(world, "carnet.md", note(), tmp_path)
    assert (one.pk != two.pk, one.sha256) == (True, two.sha256)
    assert list(store.everything()) == [(world.community.pk, one.sha256)]


def test_a_name_keeps_its_end_and_its_accents(world: World, tmp_path: Path) -> None:
    long = bring(world, f"{'é' * 300}.md", note(), tmp_path)
    decomposed = bring(world, "e\u0301te\u0301.md", note("Été"), tmp_path)
    assert (long.name, decomposed.name) == (f"{'é' * 252}.md", "été.md")


def test_what_cannot_be_read_is_kept_and_says_why(world: World, amina: Client, tmp_path: Path) -> None:
    source = bring(world, "scan.pdf", b"%PDF-1.4\n" + b"\0" * 500, tmp_path)
    assert (source.kind, source.state) == (Kind.DOCUMENT, SourceState.UNREADABLE)
    assert source.sentence in amina.get(source.get_absolute_url()).content.decode().replace("&#x27;", "'")
    assert store.exists(source.community_id, source.sha256)


def test_a_transcript_that_is_not_agreed_does_not_show_through_its_recording(world: World, tmp_path: Path) -> None:
    """Two people brought things of one name: the one's agreement is not the other's."""
    recording = bring(world, "visite.wav", tone(3), tmp_path)
    written = bring(world, "visite.vtt", VTT, tmp_path, by=world.bruno, agreed="")
    page = recording.get_absolute_url()
    seen = {who: "Une parole écrite." in world.client(who).get(page).content.decode() for who in ("amina", "bruno")}
    assert seen == {"amina": False, "bruno": False}
    assert "Une parole écrite." in world.client("bruno").get(written.get_absolute_url()).content.decode()
    agree([written], AGREED, by=world.bruno)
    chosen = f"{page}?transcript={written.brought.pk}"
    seen = {who: "Une parole écrite." in world.client(who).get(chosen).content.decode() for who in ("amina", "bruno")}
    assert seen == {"amina": True, "bruno": True}


def test_an_agreed_transcript_is_not_lost_in_a_recording_that_is_not(
    world: World, bruno: Client, tmp_path: Path
) -> None:
    recording = bring(world, "visite.wav", tone(3), tmp_path, agreed="")
    written = bring(world, "visite.vtt", VTT, tmp_path, by=world.bruno)
    assert "Une parole écrite." in bruno.get(written.get_absolute_url()).content.decode()
    agree([recording], AGREED, by=world.amina)
    work()
    assert [one.origin for one in recording.transcripts.all()] == ["brought"]  # nothing to hear any more
    assert "Une parole écrite." in bruno.get(recording.get_absolute_url()).content.decode()


@pytest.mark.parametrize("reverse", [False, True])
def test_a_recording_and_its_transcript_agreed_together_are_one(world: World, tmp_path: Path, reverse: bool) -> None:
    recording = bring(world, "visite.wav", tone(3), tmp_path, agreed="")
    written = bring(world, "visite.vtt", VTT, tmp_path, agreed="")
    agree([written, recording] if reverse else [recording, written], AGREED, by=world.amina)
    work()
    assert [(one.origin, one.source) for one in Transcript.objects.all()] == [("brought", recording)]
    assert {segment.source for segment in Segment.objects.exclude(transcript=None)} == {recording}


def test_the_page_of_a_transcript_that_was_joined_is_that_of_its_recording(world: World, amina: Client) -> None:
    recording, written = kept(world, "visite.wav"), kept(world, "visite.vtt", Kind.TRANSCRIPT)
    transcript = spoken(recording, "Une parole écrite.")
    Transcript.objects.filter(pk=transcript.pk).update(brought_as=written, origin="brought")
    pages = [amina.get(source.get_absolute_url()) for source in (recording, written)]
    assert [page.context["source"] for page in pages] == [recording, recording]
