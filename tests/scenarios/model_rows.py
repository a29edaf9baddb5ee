"""What the model community is, row by row, as the forms ask for it: structures, circles, programme, money, lodging…

Where only a part is public (a month, no amount, no title), only that part is entered. Nobody is named.
"""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from recolte.community.models import Circle, Community, Organisation, Person, Relation
from recolte.gatherings.models import Gathering
from recolte.programme.models import Axis, Phase, Programme

MOVEMENT, PARTNER = "Le mouvement", "Le partenaire de recherche"
FOUNDATIONS = ["Une première fondation", "Une seconde fondation"]
COORDINATOR, RESEARCHER = ("coordinatrice", MOVEMENT), ("chercheur associé", PARTNER)
COMMITTEE, CAPITALISATION = "Comité de pilotage, 2e réunion", "Séminaires de capitalisation, octobre-novembre"

# Structures: name → kind, municipality, latitude and longitude of the town
STRUCTURES = {
    MOVEMENT: ("network", "", None),
    PARTNER: ("research", "", None),
    FOUNDATIONS[0]: ("foundation", "", None),
    FOUNDATIONS[1]: ("foundation", "", None),
    "La structure d’origine de la coordinatrice": ("", "", None),
    "ARDES": ("network", "Caen", (49.18, -0.37)),
    "Pôle d’économie solidaire 21": ("network", "Dijon", (47.32, 5.04)),
    "APES Hauts-de-France": ("network", "Lille", (50.63, 3.06)),
    "Transilience": ("collective", "Couserans (Ariège)", (42.98, 1.14)),
    "UFISC": ("network", "", None),
    "La chaire": ("research", "", None),
    "Le laboratoire": ("research", "", None),
    "L’institut": ("research", "", None),
    "La fondation": ("foundation", "", None),
    "Le programme": ("research", "", None),
}
WITHIN = [
    ("La chaire", "Le laboratoire"),
    ("Le laboratoire", "L’institut"),
    ("Le programme", "L’institut"),
    ("Le programme", "La fondation"),
]

# What ties them: subject, kind, object, who says so
RELATIONS = [
    (PARTNER, "works_with", MOVEMENT, "Convention signée"),
    (FOUNDATIONS[0], "funds", MOVEMENT, "Plan de trois ans"),
    (FOUNDATIONS[1], "funds", MOVEMENT, "Plan de trois ans"),
    *(
        (host, "hosts", MOVEMENT, "Programme de la visite")
        for host in ("ARDES", "Pôle d’économie solidaire 21", "APES Hauts-de-France")
    ),
]

# Where people belong: person (role, structure), structure, from, until
AFFILIATIONS = [
    (COORDINATOR, "La structure d’origine de la coordinatrice", "", "2021-03-31"),
    (COORDINATOR, MOVEMENT, "2021-04-01", ""),
    *(
        (RESEARCHER, name, "", "")
        for name in ("La chaire", "Le laboratoire", "L’institut", "La fondation", "Le programme")
    ),
]

# Functions: person, role, for what, from
MANDATES = [
    (("première co-pilote", MOVEMENT), "committee", "co-pilote de l’axe 1", ""),
    (("second co-pilote", MOVEMENT), "committee", "co-pilote de l’axe 1", ""),
    (COORDINATOR, "coordinator", "coordination de l’axe 1", "2021-04-01"),
    (("responsable hiérarchique", MOVEMENT), "observer", "responsable de la coordination", ""),
    (RESEARCHER, "researcher", "accompagnement de la communauté", ""),
]

# About fifteen through the whole approach, more than a hundred over time: counted, not named
CORE = [f"Personne {number}" for number in range(1, 16)]
PASSING = [f"Personne {number}" for number in range(16, 102)]
HELD = [
    "Séminaire d’entrée",
    "Visite apprenante chez ARDES",
    "Visite apprenante au Pôle d’économie solidaire 21",
    "Visite apprenante chez APES Hauts-de-France",
]

PROGRAMME = {
    "title": "Communauté apprenante",
    "variants": "Plan de trois ans du mouvement\nRecherche-action de l’axe 1",
    "question": "Mutualiser les outils et les méthodes des membres dans un espace commun de ressources et de formation.",
}
UNTOLD = "Projet coopératif dont l’intitulé n’est pas public"
AXES = {1: "Innovation sociale et citoyenne pour le développement des territoires", 2: UNTOLD, 3: UNTOLD, 4: UNTOLD}
PHASES = {1: "Visites apprenantes et capitalisation", 2: "Plusieurs sites soutenus par un collectif de praticiens"}
# Dates: what about, year, month, according to
DATES = [
    ("programme", 2019, 12, "Séminaire de décembre 2019"),
    ("phase 1", 2021, 3, "plan de trois ans du mouvement"),
    ("phase 1", 2021, 4, "présentation de la démarche par le mouvement"),
]

# Money: funder, what for, how sure. No amount is public.
FUNDING = [
    (FOUNDATIONS[0], "Phase 1 de l’axe 1", "secured"),
    (FOUNDATIONS[1], "Phase 1 de l’axe 1", "secured"),
]
CONVENTION = {
    "title": "Convention avec le partenaire de recherche",
    "parties": f"{MOVEMENT}\n{PARTNER}",
    "terms": "L’axe 1 est préparé ensemble pendant plusieurs années.",
    "notice_days": "60",
}

# Which visit each was for is not public: they stand with the gathering where they were told of
LODGINGS = {
    "participatory": "Un habitat participatif",
    "rented": "Une maison louée",
    "hostel": "Une auberge de jeunesse",
}
AGENDA = ["Les modalités de la phase 2", "Les financements à l’étude", "Les collectifs locaux candidats"]
TO_THINK_OF = ("Séminaire acteurs-chercheurs", "Envoyer l’invitation")


def send(client: Client, url: str, **fields: Any) -> Any:
    """What a form answers when it is sent; it leads somewhere unless something was wrong with it."""
    answer = client.post(url, fields)
    assert answer.status_code == 302, (
        url,
        fields,
        re.findall(r'class="error"[^>]*>.*?<span>(.*?)</span>', answer.content.decode()),
    )
    return answer


def structure(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


def person(who: tuple[str, str]) -> Person:
    return Person.objects.get(role=who[0], organisation__name=who[1])


def gathering(name: str) -> Gathering:
    return Gathering.objects.get(name=name)


def enter_structures(client: Client, slug: str) -> None:
    """The structures, what they are within, and what ties them."""
    for name, (kind, town, point) in STRUCTURES.items():
        where = {"latitude": point[0], "longitude": point[1]} if point else {}
        send(client, reverse("new_organisation", args=[slug]), name=name, kind=kind, municipality=town, **where)
    for inner, outer in WITHIN:
        send(client, reverse("nesting", args=[slug]), organisation=structure(inner).pk, within=structure(outer).pk)
    for subject, kind, object, source in RELATIONS:
        url = reverse("add_relation", args=[structure(subject).pk])
        send(client, url, reading=kind, other=structure(object).pk, source=source)


def enter_belonging(client: Client, slug: str) -> None:
    """Where those who speak belong, which functions they hold, who is of the core, and who came."""
    for who, name, starts, ends in AFFILIATIONS:
        page = reverse("member", args=[slug, person(who).pk])
        send(client, page, do="affiliate", structure=name, starts_on=starts, ends_on=ends)
    for who, role, scope, starts in MANDATES:
        page = reverse("member", args=[slug, person(who).pk])
        send(client, page, do="mandate", role=role, scope=scope, starts_on=starts)
    send(client, reverse("circles", args=[slug]), name="Le noyau", kind="core")
    core = Circle.objects.get(name="Le noyau")
    for name in CORE:
        send(client, reverse("circle", args=[core.pk]), name=name, starts_on="2021-04-19")
    for number, name in enumerate(HELD):
        came = [*CORE, *PASSING[number :: len(HELD)]]
        send(client, reverse("guests", args=[gathering(name).pk]), guests="\n".join(came))


def enter_programme(client: Client, slug: str) -> None:
    """Plan, axes, phases, dates with their sources, money, convention."""
    send(client, reverse("new_programme", args=[slug]), **PROGRAMME)
    programme = Programme.objects.get()
    for number, title in AXES.items():
        send(client, reverse("new_axis", args=[programme.pk]), number=number, title=title)
    axis = Axis.objects.get(number=1)
    for number, title in PHASES.items():
        send(client, reverse("new_phase", args=[programme.pk]), axis=axis.pk, number=number, title=title)
    about = {"programme": programme.pk, "phase 1": Phase.objects.get(number=1).pk}
    for which, year, month, source in DATES:
        url = reverse("programme_dates", args=[programme.pk])
        send(client, url, do="tell", about=about[which], what="start", year=year, month=month, source=source)
    for funder, purpose, state in FUNDING:
        url = reverse("new_funding", args=[slug])
        send(client, url, funder=funder, purpose=purpose, state=state, axis=axis.pk)
    send(client, reverse("new_agreement", args=[slug]), **CONVENTION)


def enter_preparations(client: Client) -> None:
    """Where people slept, what the committee talks of, what is still to be done."""
    for kind, name in LODGINGS.items():
        send(client, reverse("stays", args=[gathering(CAPITALISATION).pk]), do="lodging", kind=kind, name=name)
    for title in AGENDA:
        send(client, reverse("agenda", args=[gathering(COMMITTEE).pk]), title=title)
    where, what = TO_THINK_OF
    send(client, reverse("checklist", args=[gathering(where).pk]), do="add", what=what, moment="1_before")


def relations(community: Community) -> list[tuple[str, str, str, str]]:
    those = Relation.objects.filter(community=community).order_by("id")
    return [(one.subject.name, one.kind, one.object.name, one.source) for one in those]
