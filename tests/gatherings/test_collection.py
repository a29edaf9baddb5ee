"""What is to be brought back from a gathering, session by session."""

from datetime import UTC, datetime, timedelta

from django.test import Client

from recolte.gatherings.actions import add_session
from recolte.gatherings.actions.collection import begin_collection, plan_collection
from recolte.gatherings.collections import WHOLE, WITHOUT_PROGRAMME, usual
from recolte.gatherings.models import Session, SessionKind, ToCollect
from recolte.journal.models import Event
from tests.world import World

NINE = datetime(2021, 9, 16, 7, tzinfo=UTC)


def session_of(world: World, kind: SessionKind = SessionKind.PRESENTATION, hours: int = 0) -> Session:
    starts = NINE + timedelta(hours=hours)
    facts = {"starts_at": starts, "ends_at": starts + timedelta(hours=1)}
    return add_session(world.gathering, by=world.amina, title=kind.label, kind=kind, **facts)


def planned(world: World) -> dict[tuple[Session | None, str], str]:
    rows = ToCollect.objects.filter(gathering=world.gathering).select_related("session", "person")
    return {(one.session, one.what): one.who for one in rows}


def test_each_kind_of_session_begins_with_what_is_usual_for_it(world: World) -> None:
    for hour, kind in enumerate(SessionKind):
        session_of(world, kind, hour)
    begin_collection(world.gathering, by=world.amina)
    begin_collection(world.gathering, by=world.amina)  # pressed twice
    wanted = [(session, what) for session, things in usual(world.gathering).items() for what in things]
    assert list(planned(world)) == wanted
    assert [what for session, what in wanted if session is None] == WHOLE
    assert [session for session, _what in wanted if session and session.kind == SessionKind.MEAL] == []
    assert Event.objects.filter(verb="collection.begun").count() == 1


def test_a_gathering_without_a_programme_brings_back_something_too(world: World) -> None:
    begin_collection(world.gathering, by=world.amina)
    assert list(planned(world)) == [(None, what) for what in WITHOUT_PROGRAMME]


def test_a_name_that_is_known_is_that_person_and_any_other_stays_as_words(world: World) -> None:
    session = session_of(world)
    plan_collection(world.gathering, {session: {"notes": "chloé"}, None: {"photos": "Un  voisin"}}, by=world.amina)
    found = ToCollect.objects.order_by("what").values_list("what", "person", "words")
    assert list(found) == [("notes", world.chloe.pk, ""), ("photos", None, "Un voisin")]
    plan_collection(world.gathering, {session: {"notes": ""}, None: {}}, by=world.amina)
    assert planned(world) == {(session, "notes"): ""}
    plan_collection(world.gathering, {session: {"notes": ""}}, by=world.amina)  # nothing new
    data = [event.data for event in Event.objects.filter(verb="collection.planned").order_by("id")]
    assert data == [{"added": 2, "changed": 0, "removed": 0}, {"added": 0, "changed": 1, "removed": 1}]


def test_the_plan_is_one_form_and_whoever_takes_notes_makes_notes_wanted(world: World, amina: Client) -> None:
    session = session_of(world)
    url = f"{world.gathering.get_absolute_url()}a-recueillir/"
    sent = {f"what-{session.pk}": ["recording", "photos"], f"notes-{session.pk}": "Chloé", "what-whole": ["documents"]}
    assert amina.post(url, sent).status_code == 302
    assert planned(world) == {
        (session, "recording"): "",
        (session, "photos"): "",
        (session, "notes"): "Chloé",
        (None, "documents"): "",
    }
    form = amina.get(url).context["form"]
    assert [(one, set(what.initial), notes.initial) for one, what, notes in form.sections] == [
        (session, {"recording", "photos", "notes"}, "Chloé"),
        (None, {"documents"}, ""),
    ]
    assert amina.post(url, {"what-whole": ["nothing"]}).status_code == 422


def test_what_is_to_be_brought_back_goes_with_its_session(world: World) -> None:
    session = session_of(world)
    begin_collection(world.gathering, by=world.amina)
    session.delete()
    assert list(planned(world)) == [(None, what) for what in WHOLE]
