"""What htmx puts into a page equals what the page itself shows there."""

import re

import pytest
from django.test import Client
from lxml import html

from recolte.jobs import actions as jobs
from recolte.jobs.models import Job, State
from recolte.sources.actions import look_into
from recolte.sources.models import Kind, Source
from recolte.sources.models import State as SourceState
from tests.world import World, kept, spoken

TOKEN = re.compile(r'<input type="hidden" name="csrfmiddlewaretoken" value="[^"]+">')


def _element(page: str, id: str) -> str:
    (found,) = html.fromstring(page).xpath(f"//*[@id='{id}']")
    found.tail = None
    return html.tostring(found, encoding="unicode")


def _same(client: Client, url: str, id: str) -> str:
    """The element as htmx gets it, which is the one of the page."""
    page = TOKEN.sub("", client.get(url).content.decode())  # masked anew in each answer
    partial = TOKEN.sub("", client.get(url, headers={"HX-Request": "true"}).content.decode())
    assert _element(partial, id) == _element(page, id)
    assert html.tostring(html.fragment_fromstring(partial), encoding="unicode").strip() == _element(page, id)
    return partial


@pytest.fixture
def recording(world: World) -> Source:
    return kept(world, "son.wav")


@pytest.mark.parametrize("who", ["amina", "bruno"])
@pytest.mark.parametrize("state", State)
def test_the_list_of_a_gathering(world: World, recording: Source, state: State, who: str) -> None:
    for kind in (Kind.TRANSCRIPT, Kind.DOCUMENT, Kind.PHOTO):
        kept(world, f"autre.{kind}", kind)
    kept(world, "seule.wav", agreed="", by=world.bruno)
    job = jobs.start("transcripts.transcribe", recording.pk, community=world.community, topic=world.gathering.pk)
    Job.objects.filter(pk=job.pk).update(state=state, problem="gave_up" if state == State.FAILED else "")
    partial = _same(world.client(who), world.gathering.get_absolute_url(), "brought")
    assert ("hx-get" in partial) == (state in (State.QUEUED, State.RUNNING))
    assert ("seule.wav" in partial) == (who == "bruno")


def test_the_empty_list_of_a_gathering(world: World, amina: Client) -> None:
    assert 'class="empty"' in _same(amina, world.gathering.get_absolute_url(), "brought")


@pytest.mark.parametrize("state", State)
def test_what_is_said_in_a_recording(world: World, amina: Client, recording: Source, state: State) -> None:
    spoken(recording, "Une première parole.", "Une deuxième.")
    job = jobs.start("transcripts.transcribe", recording.pk, community=world.community, topic=world.gathering.pk)
    Job.objects.filter(pk=job.pk).update(state=state, problem="no_model" if state == State.FAILED else "")
    partial = _same(amina, recording.get_absolute_url(), "spoken")
    assert ("hx-get" in partial) == (state in (State.QUEUED, State.RUNNING))
    assert "Une deuxième." in partial


def test_the_chosen_one_of_two_transcripts(world: World, amina: Client, recording: Source) -> None:
    machine = spoken(recording, "Entendu par la machine.")
    machine.pk, machine.origin, machine._state.adding = None, "brought", True
    machine.id = type(machine)._meta.pk.get_default()
    machine.save()
    for transcript, words in ((recording.transcripts.get(origin="machine"), True), (machine, False)):
        url = f"{recording.get_absolute_url()}?transcript={transcript.pk}"
        assert ("Entendu par la machine." in _same(amina, url, "spoken")) == words


def test_an_unchanged_list_is_not_sent_again(world: World, amina: Client, recording: Source) -> None:
    url = world.gathering.get_absolute_url()
    first = amina.get(url, headers={"HX-Request": "true"})
    again = {"HX-Request": "true", "If-None-Match": first["ETag"]}
    assert amina.get(url, headers=again).status_code == 304
    Source.objects.filter(pk=recording.pk).update(state=SourceState.RECEIVED)
    look_into(recording, by=world.amina)
    assert amina.get(url, headers=again).status_code == 200


@pytest.mark.parametrize("page", ["gathering", "listen"])
def test_a_part_is_never_kept_by_the_browser_in_place_of_its_page(
    world: World, amina: Client, recording: Source, page: str
) -> None:
    url = (world.gathering if page == "gathering" else recording).get_absolute_url()
    for headers in ({}, {"HX-Request": "true"}):
        varies = {name.strip().lower() for name in amina.get(url, headers=headers)["Vary"].split(",")}
        assert "hx-request" in varies
