"""Agendas that become minutes, decisions that rest on something, tasks that wait for somebody."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from recolte.community.models import Person
from recolte.consent.actions import withdraw
from recolte.consent.models import Consent
from recolte.gatherings.actions import plan_gathering
from recolte.gatherings.actions.committee import (
    add_item,
    decide,
    finish,
    give_task,
    lean_on,
    move_up,
    postpone,
    remove_item,
    write_item,
)
from recolte.gatherings.linked import Linked, linked, read_address
from recolte.gatherings.models import AgendaItem, Decision, Gathering, Support, Task
from recolte.gatherings.rules import can_change, can_finish
from recolte.gatherings.views.status import TIMELINE
from recolte.journal.models import Event
from recolte.sources.models import Kind
from tests.world import World, allows, claimed, kept, passage_of, says

DAY = date(2021, 9, 27)


@pytest.fixture
def committee(world: World) -> Gathering:
    return plan_gathering(world.community, "Comité", by=world.amina, kind="committee", starts_on=DAY)


def _decided(world: World, gathering: Gathering, text: str = "On part à Lille.", on: date = DAY) -> Decision:
    return decide(add_item(gathering, "Où aller ?", by=world.amina), text, on, by=world.amina)


def test_points_keep_their_order_and_change_places(world: World, committee: Gathering) -> None:
    first, second, third = (add_item(committee, f" Point  {n}", by=world.amina) for n in (1, 2, 3))
    move_up(AgendaItem.objects.get(pk=third.pk), by=world.amina)
    move_up(AgendaItem.objects.get(pk=first.pk), by=world.amina)  # is the first already
    assert [item.title for item in committee.agenda.all()] == ["Point 1", "Point 3", "Point 2"]
    assert Event.objects.filter(verb="agenda_item.moved").count() == 1


def test_a_decision_closes_a_point(world: World, committee: Gathering) -> None:
    open_point = add_item(committee, "Budget", by=world.amina)
    decision = _decided(world, committee)
    assert list(AgendaItem.objects.open()) == [open_point]
    event = Event.objects.get(verb="decision.made")
    assert (event.subject_id, event.data) == (str(decision.pk), {"item": str(decision.item_id)})


def test_a_point_put_off_appears_again_with_its_history(world: World, amina: Client, committee: Gathering) -> None:
    item = add_item(committee, "Phase 2", by=world.amina)
    write_item(item, title="Phase 2", brought_by="Bruno", minutes="On hésite.", by=world.amina)
    winter = plan_gathering(world.community, "Hiver", by=world.amina, starts_on=DAY + timedelta(90))
    spring = plan_gathering(world.community, "Printemps", by=world.amina, starts_on=DAY + timedelta(180))
    again = postpone(item, winter, by=world.amina)
    last = postpone(again, spring, by=world.amina)
    assert (last.title, last.brought_by, last.minutes, last.thread) == ("Phase 2", "Bruno", "", item.pk)
    assert list(AgendaItem.objects.open()) == [last]
    (shown,) = amina.get(f"/rencontres/{spring.pk}/ordre-du-jour/").context["points"]
    assert ([one.minutes for one in shown["earlier"]], shown["later"]) == (["On hésite.", ""], None)
    (shown,) = amina.get(f"/rencontres/{committee.pk}/ordre-du-jour/").context["points"]
    assert (shown["earlier"], shown["later"]) == ([], again)


def test_what_cannot_be_put_off_is_said(world: World, committee: Gathering) -> None:
    item = add_item(committee, "Phase 2", by=world.amina)
    earlier = plan_gathering(world.community, "Avant", by=world.amina, starts_on=DAY - timedelta(1))
    foreign = plan_gathering(world.elsewhere, "Ailleurs", by=world.driss)
    later = plan_gathering(world.community, "Après", by=world.amina)
    for gathering in (earlier, foreign, committee):
        with pytest.raises(ValidationError):
            postpone(item, gathering, by=world.amina)
    postpone(item, later, by=world.amina)
    with pytest.raises(ValidationError):
        postpone(item, later, by=world.amina)
    with pytest.raises(ValidationError):
        decide(item, "Trop tard.", DAY, by=world.amina)
    with pytest.raises(ValidationError):
        postpone(_decided(world, committee).item, later, by=world.amina)


def test_a_point_is_put_off_only_to_a_gathering_that_is_confirmed_committees_first(
    world: World, amina: Client, committee: Gathering
) -> None:
    item = add_item(committee, "Phase 2", by=world.amina)
    plans = {
        "Visite": {"starts_on": DAY + timedelta(9)},
        "Option": {"is_option": True},
        "Annulée": {"starts_on": DAY + timedelta(5)},
        "Mois": {"kind": "committee", "months_from": date(2021, 10, 1), "months_to": date(2021, 11, 30)},
        "Mois passé": {"kind": "committee", "months_from": date(2021, 8, 1), "months_to": date(2021, 8, 31)},
        "Suivant": {"kind": "committee", "starts_on": DAY + timedelta(90)},
    }
    made = {name: plan_gathering(world.community, name, by=world.amina, **facts) for name, facts in plans.items()}
    Gathering.objects.filter(pk=made["Annulée"].pk).update(called_off_at=timezone.now())
    offered = amina.get(f"/points/{item.pk}/").context["later"].fields["to"].queryset
    assert [one.name for one in offered] == ["Mois", "Suivant", "Visite", "Visite à l’Atelier"]
    for name in ("Option", "Annulée", "Mois passé"):
        with pytest.raises(ValidationError):
            postpone(item, made[name], by=world.amina)
    later = postpone(item, made["Mois"], by=world.amina)
    Gathering.objects.filter(pk=made["Mois"].pk).update(called_off_at=timezone.now())
    labels = [Gathering.objects.get(pk=made[name].pk).label for name in ("Visite", "Option", "Mois")]
    assert labels[0] == "Visite" and labels[1].startswith("Option (") and labels[2].startswith("Mois (")
    assert labels[2] in amina.get(f"/rencontres/{committee.pk}/ordre-du-jour/").content.decode()
    assert later.gathering == made["Mois"]


def test_a_decision_is_of_the_day_of_its_gathering_or_of_a_later_one(
    world: World, amina: Client, committee: Gathering
) -> None:
    item = add_item(committee, "Budget", by=world.amina)
    page = f"/points/{item.pk}/"
    assert amina.get(page).context["decision"].initial["decided_on"] == DAY
    facts = {"do": "decide", "text": "On demande 2 000 €."}
    refused = amina.post(page, facts | {"decided_on": "2021-09-26"})
    assert (refused.status_code, list(refused.context["decision"].errors)) == (422, ["decided_on"])
    assert amina.post(page, facts | {"decided_on": "2021-09-28"}).status_code == 302


def test_only_a_point_of_which_nothing_was_said_goes_away(world: World, committee: Gathering) -> None:
    said = add_item(committee, "Dit", by=world.amina)
    write_item(said, title="Dit", brought_by="", minutes="Des mots.", by=world.amina)
    for item in (said, _decided(world, committee).item):
        with pytest.raises(ValidationError):
            remove_item(item, by=world.amina)
    remove_item(add_item(committee, "Rien", by=world.amina), by=world.amina)
    assert [item.title for item in committee.agenda.all()] == ["Dit", "Où aller ?"]


def test_a_point_that_somebody_has_just_taken_away_is_neither_decided_nor_put_off(
    world: World, committee: Gathering
) -> None:
    item = add_item(committee, "Budget", by=world.amina)
    remove_item(AgendaItem.objects.get(), by=world.bruno)
    with pytest.raises(ValidationError):
        decide(item, "Adopté.", DAY, by=world.amina)
    assert Decision.objects.count() == 0


def test_tasks_of_two_people_of_one_name_are_told_apart(world: World, bruno: Client) -> None:
    two = [Person.objects.create(community=world.community, name="Marie") for _ in range(2)]
    tasks = [give_task(world.community, "Écrire", by=world.amina, owner=person) for person in two]
    assert bruno.get(f"/communaute/{world.community.slug}/ou-en-est-on/").context["by_owner"] == [
        ("Marie", [task]) for task in tasks
    ]


def test_the_whole_way_in_the_browser(world: World, amina: Client, committee: Gathering) -> None:
    url = f"/rencontres/{committee.pk}/ordre-du-jour/"
    assert amina.post(url, {"title": ""}).status_code == 422
    amina.post(url, {"title": "Budget", "brought_by": "la coordination"})
    item = AgendaItem.objects.get()
    place = f"/points/{item.pk}/"
    amina.post(place, {"do": "write", "title": "Budget 2022", "brought_by": "", "minutes": "On a compté."})
    answer = amina.post(place, {"do": "decide", "text": "On demande 2 000 €.", "decided_on": "2021-09-27"})
    decision = Decision.objects.get()
    assert answer["Location"] == f"/decisions/{decision.pk}/"
    note = kept(world, "budget.md", Kind.DOCUMENT, text="Deux mille.")
    amina.post(answer["Location"], {"do": "support", "address": f"http://testserver/recueil/{note.pk}/"})
    facts = {"do": "task", "what": "Écrire à la fondation", "owner": str(world.bruno.pk), "due_on": "2021-10-15"}
    amina.post(answer["Location"], facts)
    item.refresh_from_db()
    task = Task.objects.get()
    assert (item.title, item.minutes, decision.text) == ("Budget 2022", "On a compté.", "On demande 2 000 €.")
    assert (task.owner, task.due_on, task.decision) == (world.bruno, date(2021, 10, 15), decision)
    (point,) = world.client("bruno").get(url).context["points"]
    (one,) = point["decisions"]
    assert [shown.title for shown in one["supports"]] == ["budget.md"]
    assert list(one["tasks"]) == [task]


@pytest.mark.parametrize("do", ["write", "decide", "postpone"])
def test_what_is_missing_is_said(world: World, amina: Client, committee: Gathering, do: str) -> None:
    item = add_item(committee, "Point", by=world.amina)
    assert amina.post(f"/points/{item.pk}/", {"do": do}).status_code == 422


def test_who_prepares_is_the_planner_and_the_coordination(world: World) -> None:
    his = plan_gathering(world.community, "De Bruno", by=world.bruno)
    people = [world.amina, world.bruno, world.driss]
    assert [can_change(user, world.gathering) for user in people] == [True, False, False]
    assert [can_change(user, his) for user in people] == [True, True, False]
    world.community.memberships.filter(user=world.bruno).delete()
    assert can_change(world.bruno, his) is False


# What a decision rests on


def test_an_address_of_the_house_is_read_as_a_kind_and_an_id() -> None:
    one = UUID("01890000-0000-7000-8000-000000000001")
    kinds = {
        f"https://ici.example/extraits/{one}/": ("excerpt", one),
        f"/ecoute/{one}/?transcript=3#t=12": ("source", one),
        f" /recueil/{one}/ ": ("source", one),
        f"/fiches/{one}/": ("card", one),
        f"/fiches/01890000-0000-7000-8000-00000000000f/#claim-{one}": ("claim", one),
        "/rencontres/": None,
        "/style/": None,
        "on ne sait pas": None,
        "": None,
        f"/fiches/{one}": None,
    }
    assert {address: read_address(address) for address in kinds} == kinds


def test_each_kind_is_shown_to_who_may_read_it(world: World, committee: Gathering) -> None:
    source = kept(world, "table.wav")
    excerpt = passage_of(world, says(world, source, "On décide ensemble."), "décide ensemble")
    claim = claimed(world, "Décider ensemble prend du temps.", excerpt)
    decision = _decided(world, committee)
    addresses = [excerpt.get_absolute_url(), source.get_absolute_url(), claim.get_absolute_url()]
    addresses.append(claim.card.get_absolute_url())
    for address in addresses:
        lean_on(decision, read_address(address), by=world.amina)
    lean_on(decision, read_address(addresses[0]), by=world.amina)  # tied once
    wanted = [support.address for support in decision.supports.all()]
    titles = {who: [one.title for one in linked(getattr(world, who), wanted).values()] for who in ("bruno", "driss")}
    assert titles["driss"] == []
    assert len(titles["bruno"]) == 4
    assert ["décide ensemble" in titles["bruno"][0], *titles["bruno"][1:]] == [
        True,
        "table.wav",
        "Décider ensemble prend du temps.",
        "Ce que la visite nous apprend",
    ]


def test_one_leans_on_nothing_that_one_may_not_read(world: World, committee: Gathering) -> None:
    decision = _decided(world, committee)
    own = kept(world, "à lui.wav", agreed="", by=world.bruno)
    gone = f"/fiches/{committee.pk}/"
    for address in (own.get_absolute_url(), gone, "/style/"):
        with pytest.raises(ValidationError):
            lean_on(decision, read_address(address), by=world.amina)
    assert Support.objects.count() == 0


def test_nothing_of_another_community_is_leaned_on(world: World, committee: Gathering) -> None:
    theirs = plan_gathering(world.elsewhere, "Chez eux", by=world.driss)
    item = add_item(theirs, "Point", by=world.driss)
    decision = decide(item, "Décidé.", DAY, by=world.driss)
    note = kept(world, "note.md", Kind.DOCUMENT, text="À nous.")
    world.elsewhere.memberships.create(community=world.elsewhere, user=world.amina)
    with pytest.raises(ValidationError):
        lean_on(decision, read_address(note.get_absolute_url()), by=world.amina)


def test_what_was_withdrawn_leaves_its_place_without_its_words(
    world: World, bruno: Client, committee: Gathering
) -> None:
    excerpt = passage_of(world, says(world, kept(world, "table.wav"), "Un secret partagé."), "secret partagé")
    allows(world.chloe)
    decision = _decided(world, committee)
    lean_on(decision, ("excerpt", excerpt.pk), by=world.amina)
    url = decision.get_absolute_url()
    before = bruno.get(url)
    consents = Consent.objects.filter(person=world.chloe)
    assert [isinstance(shown, Linked) for _support, shown in before.context["supports"]] == [True]
    withdraw(world.chloe, {one.purpose for one in consents} | {"record", "transcribe"}, how="link", by=None)
    after = bruno.get(url)
    assert [shown for _support, shown in after.context["supports"]] == [None]
    assert ("secret" in before.content.decode(), "secret" in after.content.decode()) == (True, False)


def test_a_support_is_untied(world: World, amina: Client, committee: Gathering) -> None:
    decision = _decided(world, committee)
    support = lean_on(decision, ("source", kept(world, "son.wav").pk), by=world.amina)
    url = decision.get_absolute_url()
    assert amina.post(url, {"do": "loosen", "support": "autre"}).status_code == 404
    assert amina.post(url, {"do": "loosen", "support": str(support.pk)}).status_code == 302
    assert Support.objects.count() == 0


# Tasks


def test_a_task_is_finished_by_its_owner_or_the_coordination(world: World) -> None:
    chloes = Person.objects.get(pk=world.chloe.pk)
    tasks = [give_task(world.community, "À faire", by=world.amina, owner=one) for one in (world.bruno, chloes, None)]
    assert [can_finish(world.amina, task) for task in tasks] == [True, True, True]
    assert [can_finish(world.bruno, task) for task in tasks] == [True, False, False]
    assert [can_finish(world.driss, task) for task in tasks] == [False, False, False]
    chloes.user = world.bruno  # she takes an account
    chloes.save()
    assert can_finish(world.bruno, Task.objects.get(pk=tasks[1].pk)) is True


def test_my_task_waits_on_my_page_until_one_press_of_a_button(world: World, bruno: Client) -> None:
    yesterday = timezone.localdate() - timedelta(1)
    give_task(world.community, "Louer la maison", by=world.amina, owner=world.bruno, due_on=yesterday)
    give_task(world.community, "Autre chose", by=world.amina, owner=world.amina)
    (awaiting,) = bruno.get("/").context["awaiting"]
    assert (awaiting.title, awaiting.post) == ("Louer la maison", f"/taches/{Task.objects.first().pk}/")  # type: ignore[union-attr]
    answer = bruno.post(awaiting.post, {"back": "/"})
    assert answer["Location"] == "/"
    assert bruno.get("/").context["awaiting"] == []
    assert (Task.objects.open().count(), Event.objects.filter(verb="task.done").count()) == (1, 1)
    bruno.post(awaiting.post, {"again": "1", "back": "https://ailleurs.example/"})
    assert Task.objects.open().count() == 2


def test_done_twice_counts_once(world: World) -> None:
    task = give_task(world.community, "À faire", by=world.amina)
    finish(task, by=world.amina)
    finish(task, by=world.bruno)
    task.refresh_from_db()
    assert (task.done_by, Event.objects.filter(verb="task.done").count()) == (world.amina, 1)


def test_tasks_are_filtered_by_owner_and_state(world: World, amina: Client) -> None:
    today = timezone.localdate()
    for what, owner, due in (
        ("tard", world.bruno, today - timedelta(1)),
        ("bientôt", world.bruno, today + timedelta(1)),
        ("sans date", world.chloe, None),
        ("finie", world.amina, today - timedelta(9)),
    ):
        give_task(world.community, what, by=world.amina, owner=owner, due_on=due)
    finish(Task.objects.get(what="finie"), by=world.amina)
    url = f"/communaute/{world.community.slug}/taches/"
    asked = {
        "": ["tard", "bientôt", "sans date", "finie"],
        "?state=open": ["tard", "bientôt", "sans date"],
        "?state=late": ["tard"],
        "?state=done": ["finie"],
        f"?owner={world.bruno.pk}": ["tard", "bientôt"],
        f"?owner={world.chloe.pk}&state=open": ["sans date"],
        "?q=bient": ["bientôt"],
    }
    got = {query: [task.what for task in amina.get(url + query).context["listing"].page_obj] for query in asked}
    assert got == asked


def test_those_who_coordinate_add_tasks_that_come_from_no_decision(world: World, amina: Client, bruno: Client) -> None:
    url = f"/communaute/{world.community.slug}/taches/"
    facts = {"what": "Trouver un lieu", "owner": str(world.chloe.pk)}
    assert bruno.post(url, facts).status_code == 403
    assert amina.post(url, {"what": "", "owner": "quelqu’un"}).status_code == 422
    amina.post(url, facts)
    task = Task.objects.get()
    assert (task.what, task.owner, task.decision) == ("Trouver un lieu", world.chloe, None)


def test_the_journal_keeps_no_word_of_a_committee(world: World, committee: Gathering) -> None:
    decision = _decided(world, committee, "Une phrase confidentielle")
    give_task(world.community, "Une tâche confidentielle", by=world.amina, decision=decision)
    write_item(
        decision.item, title="Confidentielle", brought_by="Confidentielle", minutes="Confidentielle", by=world.amina
    )
    assert [event for event in Event.objects.values_list("data", flat=True) if "onfidentielle" in str(event)] == []


# Where we are


def test_who_arrives_understands_where_we_are(world: World, bruno: Client) -> None:
    today = timezone.localdate()
    gatherings = {
        name: plan_gathering(world.community, name, by=world.amina, starts_on=today + timedelta(days))
        for name, days in (("Ancienne", -90), ("Récente", -3), ("Prochaine", 10), ("Lointaine", 100))
    }
    decision = _decided(world, gatherings["Ancienne"], on=today)
    waiting = add_item(gatherings["Récente"], "En suspens", by=world.amina)
    add_item(gatherings["Prochaine"], "Pas encore", by=world.amina)
    off = plan_gathering(world.community, "Annulée", by=world.amina, starts_on=today - timedelta(5))
    add_item(off, "Sans objet", by=world.amina)
    Gathering.objects.filter(pk=off.pk).update(called_off_at=timezone.now())
    mine = give_task(world.community, "Écrire", by=world.amina, owner=world.bruno)
    nobodys = give_task(world.community, "Louer", by=world.amina)
    page = bruno.get(f"/communaute/{world.community.slug}/ou-en-est-on/").context
    assert [one.name for one in page["past"]] == ["Ancienne", "Annulée", "Récente"]
    assert (page["next"].name, [one.name for one in page["coming"]]) == ("Prochaine", ["Prochaine", "Lointaine"])
    assert list(page["undated"]) == [world.gathering]
    assert page["by_owner"] == [("Bruno", [mine]), ("", [nobodys])]
    assert (list(page["decisions"]), page["open_points"]) == ([decision], [waiting])


def test_a_gathering_that_is_going_on_is_the_next_one(world: World, bruno: Client) -> None:
    today = timezone.localdate()
    dates = {"starts_on": today - timedelta(1), "ends_on": today}
    now = plan_gathering(world.community, "En cours", by=world.amina, **dates)
    assert bruno.get(f"/communaute/{world.community.slug}/ou-en-est-on/").context["next"] == now


def test_the_next_gathering_is_found_behind_whatever_does_not_take_place(world: World, bruno: Client) -> None:
    today = timezone.localdate()
    for n in range(TIMELINE + 1):
        one = plan_gathering(world.community, f"Sans suite {n}", by=world.amina, starts_on=today + timedelta(n))
        off = {"is_option": True} if n % 2 else {"called_off_at": timezone.now()}
        Gathering.objects.filter(pk=one.pk).update(**off)
    after = plan_gathering(world.community, "Tenue", by=world.amina, starts_on=today + timedelta(60))
    page = bruno.get(f"/communaute/{world.community.slug}/ou-en-est-on/").context
    assert (page["next"], len(page["coming"]), after in page["coming"]) == (after, TIMELINE, False)
