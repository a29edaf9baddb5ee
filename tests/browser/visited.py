"""A visit of two days, today and tomorrow, with everything that its pages may have to show."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from recolte.cards.models import Card
from recolte.community.models import User
from recolte.gatherings.actions import (
    add_place,
    add_session,
    add_speaker,
    answer_invitation,
    answer_link,
    come_in,
    door_link,
    invite_to,
    note_guests,
    open_feed,
    plan_gathering,
    settle_speaker,
)
from recolte.gatherings.actions.checklist import begin_checklist, tick
from recolte.gatherings.actions.collection import begin_collection
from recolte.gatherings.actions.committee import add_item, decide, finish, give_task, lean_on, postpone, write_item
from recolte.gatherings.actions.feedback import answer, ask, hot_link
from recolte.gatherings.actions.stays import add_lodging, add_stay
from recolte.gatherings.models import Answer, ChecklistItem, Gathering, Kind, Lodging, Mode, Session, SessionKind
from recolte.publishing.actions import open_reactions, put_aside, react, reaction_link
from recolte.sources.actions import deposit_link, open_door
from tests.world import World, work

NAME = (
    "Visite apprenante chez les Ateliers partagés de Saint-Maurice et à la Cuisine coopérative du quartier des Tanneurs"
)
PROGRAMME: list[tuple[int, int, int, str, SessionKind]] = [
    (0, 9, 10, "Accueil autour d’un café, et tour de présentation", SessionKind.WELCOME),
    (0, 10, 12, "Comment la Cuisine coopérative des Tanneurs décide-t-elle sans directrice ni directeur ?", SessionKind.PRESENTATION),
    (0, 13, 14, "Repas préparé par les habitantes et les habitants", SessionKind.MEAL),
    (1, 9, 11, "Marche le long du canal jusqu’aux Ateliers partagés", SessionKind.VISIT),
    (1, 15, 16, "Bilan à chaud", SessionKind.WRAP_UP),
]  # fmt: skip


def visited(world: World) -> dict[str, list[str]]:
    """The pages that show it, by name: who reads it, and its address."""
    by, today = world.amina, timezone.localdate()
    visit = plan_gathering(world.community, NAME, by=by, place="Saint-Maurice-de-Rémens", mode=Mode.HYBRID,
                           link="https://visio.example.org/les-passerelles-visite-de-saint-maurice",
                           starts_on=today, ends_on=today + timedelta(days=1))  # fmt: skip
    sessions = _programme(world, visit)
    camille = "Camille Lefebvre-Desrosiers"
    others = [(camille, "camille.lefebvre-desrosiers@federation-des-cuisines-cooperatives.example.org"),
              ("Ousmane", "ousmane@example.org"), ("Mireille", "mireille@example.org")]  # fmt: skip
    first, second, third, member = invite_to(visit, [], others, by=by) + invite_to(visit, [world.bruno], by=by)
    answer_invitation(
        first, Answer.YES, "J’arrive le premier soir par le train de 19 h 42 : quelqu’un peut-il m’attendre ?"
    )
    answer_invitation(second, Answer.NO, "")
    answer_invitation(member, Answer.PERHAPS, "Si la garde des enfants s’arrange.")
    come_in(visit, camille, "Fédération des cuisines coopératives de Bourgogne")
    note_guests(visit, [("Élodie", "la commune de Saint-Maurice"), ("Jean-Baptiste", "")], by=by)
    open_feed(world.community, by=by)
    questions = ask(visit, ["Qu’emportez-vous de cette journée ?", "Qu’est-ce qui vous a manqué ?"], by=by)
    answer(questions, first.person, ["On apprend à table, pas dans les salles.", "Du temps pour se parler à deux."])
    begin_checklist(visit, by=by)
    tick(ChecklistItem.objects.filter(gathering=visit)[0], by=by)
    lodging, stay = _lodged(world, visit)
    committee = _committee(world, visit)
    begin_collection(visit, by=by)
    guests = open_door(visit, 14, by=by)
    reactions = open_reactions(world.gathering, today + timedelta(days=20), by=by)
    react(reactions, "On s’y reconnaît.\n\nIl manque la parole des plus jeunes, qui écoutent autrement.", camille)
    put_aside(react(reactions, "Hors sujet."), by=by)
    work()  # the letters go
    pages = {
        "visit-change": reverse("change_gathering", args=[visit.pk]),
        "call-off": reverse("call_off", args=[visit.pk]),
        "invited": reverse("invited", args=[first.pk]),
        "visit-copy": reverse("copy_gathering", args=[visit.pk]),
        "visit-programme": reverse("gathering_programme", args=[visit.pk]),
        "session": reverse("session", args=[sessions[1].pk]),
        "place": reverse("place", args=[sessions[1].place_id]),
        "invitations": reverse("invitations", args=[visit.pk]),
        "calendars": reverse("calendars"),
        "participants": reverse("participants", args=[visit.pk]),
        "door-sheet": reverse("door_sheet", args=[visit.pk]),
        "agenda": committee["agenda"],
        "agenda-item": committee["item"],
        "decision": committee["decision"],
        "decisions": reverse("decisions", args=[world.community.slug]),
        "tasks": reverse("tasks", args=[world.community.slug]),
        "status": reverse("status", args=[world.community.slug]),
        "stays": reverse("stays", args=[visit.pk]),
        "lodging": lodging,
        "stay": stay,
        "checklist": reverse("checklist", args=[visit.pk]),
        "to-collect": reverse("collection", args=[visit.pk]),
        "coverage": reverse("coverage", args=[visit.pk]),
        "deposit-sheet": reverse("deposit_door", args=[visit.pk]),
        "digest": reverse("digest", args=[visit.pk]),
        "dossiers": reverse("dossiers", args=[world.gathering.pk]),
        "dossier-committee": committee["dossier"],
        "dossier-restitution": reverse("restitution_dossier", args=[world.gathering.pk]),
        "reactions": reverse("reactions", args=[world.gathering.pk]),
        "hot-questions": reverse("hot_questions", args=[visit.pk]),
    }
    without_account = {
        "invitation-answer": answer_link(third),
        "door": door_link(visit),
        "guests-deposit": deposit_link(guests),
        "reaction": reaction_link(reactions),
        "hot-answer": hot_link(questions, third.person),
    }
    shown = {name: ["amina", address] for name, address in pages.items()}
    shown |= {name: ["", link.removeprefix(settings.SITE_URL)] for name, link in without_account.items()}
    return shown


def _programme(world: World, visit: Gathering) -> list[Session]:
    by, first = world.amina, timezone.localdate()
    hall = add_place(
        visit, name="La Cuisine coopérative des Tanneurs", address="3 rue des Tanneurs, 01500 Saint-Maurice-de-Rémens",
        way="À dix minutes à pied de la gare : longer le canal, puis la deuxième rue à droite.",
        access="De plain-pied ; toilettes accessibles au fond de la cour.", latitude=45.95, longitude=5.28, by=by,
    )  # fmt: skip
    workshops = add_place(visit, name="Les Ateliers partagés", by=by)
    sessions = [
        add_session(visit, title=title, kind=kind, place=workshops if day else hall, by=by,
                    starts_at=_clock(visit, first + timedelta(days=day), starts),
                    ends_at=_clock(visit, first + timedelta(days=day), ends))
        for day, starts, ends, title, kind in PROGRAMME
    ]  # fmt: skip
    told = sessions[1]
    told.follows_outline = True
    told.objectives = "Comprendre ce qui se décide à table, et ce qui se décide ailleurs.\n\nRelier au premier axe."
    told.save()
    settle_speaker(add_speaker(told, "Chloé", by=by), True, by=by)
    add_speaker(told, "Une personne de la mairie de Saint-Maurice-de-Rémens, à confirmer", by=by)
    return sessions


def _clock(visit: Gathering, day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=visit.zone)


def _lodged(world: World, visit: Gathering) -> tuple[str, str]:
    by, first = world.amina, visit.starts_on
    house = add_lodging(
        visit, kind=Lodging.Kind.PARTICIPATORY, name="L’Habitat participatif des Trois-Rivières", beds=6,
        address="12 chemin du Lavoir, 01500 Ambérieu-en-Bugey", cost=Decimal("180.00"), shared_by="le réseau", by=by,
    )  # fmt: skip
    stay = add_stay(
        visit, world.chloe, lodging=house, arrives_on=first, leaves_on=visit.ends_on, diet="végétarienne, sans noix",
        access_needs="une chambre au rez-de-chaussée", share=Decimal("30.00"), by=by,
    )  # fmt: skip
    add_stay(visit, world.bruno, arrives_on=first, by=by)
    return reverse("lodging", args=[house.pk]), reverse("stay", args=[stay.pk])


def _committee(world: World, visit: Gathering) -> dict[str, str]:
    by, community, today = world.amina, world.community, timezone.localdate()
    committee = plan_gathering(
        community, "Comité de septembre", by=by, kind=Kind.COMMITTEE, starts_on=today - timedelta(days=20)
    )
    point = add_item(committee, "Faut-il ouvrir la prochaine visite aux communes voisines, et à quelles conditions ?",
                     brought_by="Camille Lefebvre-Desrosiers", by=by)  # fmt: skip
    write_item(point, title=point.title, brought_by=point.brought_by, by=by,
               minutes="Chacune et chacun s’exprime.\n\nLa salle du haut ne contient que trente personnes.")  # fmt: skip
    add_item(committee, "Le budget", by=by)
    later = add_item(committee, "Le choix du lieu de la restitution", by=by)
    postpone(later, visit, by=by)
    decision = decide(point, "Les communes voisines sont invitées, deux personnes chacune, pour la seconde journée.",
                      today - timedelta(days=20), by=by)  # fmt: skip
    lean_on(decision, ("card", Card.objects.get().pk), by=by)
    tasks: list[tuple[str, User | None, int | None]] = [
        ("Écrire aux maires des quatre communes voisines, avec le programme et le plan d’accès", world.bruno, -3),
        ("Réserver la salle du bas", by, 12),
        ("Demander les statuts", None, None),
    ]
    given = [give_task(community, what, owner=owner, due_on=today + timedelta(days=days) if days else None,
                       decision=decision, by=by) for what, owner, days in tasks]  # fmt: skip
    finish(given[2], by=by)
    return {
        "agenda": reverse("agenda", args=[committee.pk]),
        "dossier": reverse("committee_dossier", args=[committee.pk]),
        "item": reverse("agenda_item", args=[point.pk]),
        "decision": reverse("decision", args=[decision.pk]),
    }
