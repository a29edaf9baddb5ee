"""What was prepared and what came of it: programme of a visit, who was there, lodging, agenda, decisions, tasks."""

from django.utils import timezone

from recolte.community.models import Letter
from recolte.gatherings.actions import (
    add_place,
    add_session,
    add_speaker,
    answer_invitation,
    await_answers,
    call_off,
    invite_to,
    note_guests,
    note_presence,
    settle_speaker,
)
from recolte.gatherings.actions.checklist import begin_checklist, tick
from recolte.gatherings.actions.collection import begin_collection
from recolte.gatherings.actions.committee import (
    add_item,
    decide,
    finish,
    give_task,
    lean_on,
    postpone,
    write_item,
)
from recolte.gatherings.actions.digest import tell_evenings
from recolte.gatherings.actions.feedback import answer, ask, close
from recolte.gatherings.actions.stays import add_lodging, add_stay
from recolte.gatherings.clock import at
from recolte.gatherings.linked import Address
from recolte.gatherings.models import Answer, Decision, Gathering
from recolte.server.demo.story import Facts, Telling, day, facts
from recolte.sources.actions import open_door

TEXTS = (
    "title",
    "kind",
    "travel",
    "follows_outline",
    "objectives",
    "ecosystem",
    "position",
    "clarification",
    "guiding",
)


def tell(telling: Telling) -> None:
    for told in telling.all("attendance"):
        those = [telling.people[name] for name in told["people"]]
        note_presence(telling.gathering(told["gathering"]), those, by=telling.amina)
        note_guests(
            telling.gathering(told["gathering"]), [(name, "") for name in told.get("guests", [])], by=telling.amina
        )
    for told in telling.all("visits"):
        _visit(telling, telling.gathering(told["gathering"]), told)
    for told in telling.all("invited"):
        _invited(telling, telling.gathering(told["gathering"]), told)
    for told in telling.all("agendas"):
        _agenda(telling, telling.gathering(told["gathering"]), told)
    for told in telling.all("tasks"):
        _task(telling, told)
    for told in telling.all("hot_questions"):
        asked = ask(telling.gathering(told["gathering"]), told["questions"], by=telling.amina)
        for given in told["answers"]:
            answer(asked, telling.owner(given["person"]), given["texts"])
        if told.get("is_closed"):
            close(asked, by=telling.amina)
    for told in telling.all("checklists"):
        gathering = telling.gathering(told["gathering"])
        begin_checklist(gathering, by=telling.amina)
        for item in gathering.checklist.all()[: told["ticked"]]:
            tick(item, by=telling.amina)
        tell_evenings(gathering, told.get("tells_evenings", False), by=telling.amina)
    for told in telling.all("called_off"):
        call_off(telling.gathering(told["gathering"]), told["because"], by=telling.amina)


def _invited(telling: Telling, gathering: Gathering, told: Facts) -> None:
    """Who is asked to come, and has answered; nothing goes out by the post. What is to be brought back, and the guests' door."""
    await_answers(gathering, day(*told["answer_by"]), by=telling.amina)
    members = [one for name in told["members"] if (one := telling.people[name].user)]
    invite_to(gathering, members, [(name, email) for name, email in told["others"]], by=telling.amina)
    Letter.objects.filter(community=telling.community).update(
        state=Letter.State.SENT, sent_at=timezone.now(), to="", subject="", body="", calendar=""
    )
    for given in told["answers"]:
        invited = gathering.invitations.get(person=telling.people[given["person"]])
        answer_invitation(invited, Answer(given["answer"]), given.get("remark", ""))
    begin_collection(gathering, by=telling.amina)
    open_door(gathering, told["door_days"], by=telling.amina)


def _visit(telling: Telling, gathering: Gathering, told: Facts) -> None:
    """Where and when: places, sessions on the grid, who speaks; who sleeps where."""
    amina, first = telling.amina, gathering.starts_on
    assert first is not None
    places = {one["name"]: add_place(gathering, by=amina, **one) for one in told.get("places", [])}
    for one in told.get("sessions", []):
        on = first + (day(0, one["day"]) - day(0, 1))
        session = add_session(
            gathering,
            by=amina,
            place=places.get(one.get("place", "")),
            starts_at=at(on, one["from"], gathering.zone),
            ends_at=at(on, one["to"], gathering.zone),
            **{name: one[name] for name in TEXTS if name in one},
        )
        for name in one.get("speakers", []):
            add_speaker(session, name, by=amina)
        for name in one.get("confirmed", []):
            settle_speaker(add_speaker(session, name, by=amina), True, by=amina)
    lodgings = {one["name"]: add_lodging(gathering, by=amina, **facts(one)) for one in told.get("lodgings", [])}
    for one in told.get("stays", []):
        more = facts(one, "guest", "lodging") | {"lodging": lodgings.get(one.get("lodging", ""))}
        add_stay(gathering, telling.owner(one["guest"]), by=amina, **more)


def _agenda(telling: Telling, gathering: Gathering, told: Facts) -> None:
    amina = telling.amina
    for one in told["points"]:
        brought_by = one.get("brought_by", "")
        item = add_item(gathering, one["title"], brought_by=brought_by, by=amina)
        if "minutes" in one:
            write_item(item, title=item.title, brought_by=brought_by, minutes=one["minutes"], by=amina)
        for decided in one.get("decisions", []):
            decision = decide(item, decided["text"], gathering.starts_on or day(0), by=amina)
            for address in _rests_on(telling, decided):
                lean_on(decision, address, by=amina)
            for task in decided.get("tasks", []):
                _task(telling, task, decision)
        if "postponed_to" in one:
            postpone(item, telling.gathering(one["postponed_to"]), by=amina)


def _rests_on(telling: Telling, decided: Facts) -> list[Address]:
    excerpts = [telling.excerpts[name].pk for name in decided.get("excerpts", []) if name in telling.excerpts]
    cards = [telling.card(title).pk for title in decided.get("cards", [])]
    return [*(("excerpt", pk) for pk in excerpts), *(("card", pk) for pk in cards)]


def _task(telling: Telling, told: Facts, decision: Decision | None = None) -> None:
    owner = telling.owner(told["who"]) if "who" in told else None
    due_on = day(*told["due"]) if "due" in told else None
    task = give_task(telling.community, told["what"], owner=owner, due_on=due_on, decision=decision, by=telling.amina)
    if told.get("done"):
        finish(task, by=telling.amina)
