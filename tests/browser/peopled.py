"""People and structures, with everything that their pages may have to show."""

from datetime import date
from typing import Any

from django.urls import reverse

from recolte.community.actions import join
from recolte.community.belonging import Span, affiliate, enter_circle, make_circle, note_mandate
from recolte.community.ecosystem import add_organisation, relate
from recolte.community.letters import post
from recolte.community.models import ActorKind, Circle, Letter, RelationKind, Role, User
from recolte.community.people import find_or_make_person
from recolte.community.profiles import define, share_definition, write_profile
from recolte.interchange.actors.actions import receive_list
from tests.world import World

PROFILE = {
    "pronouns": "elle",
    "about": "Menuisière, puis animatrice du réseau depuis 2019. J’habite au bord de l’Ain.",
    "brings": "Des outils pour décider à plusieurs, et une grande table.",
    "seeks": "D’autres cuisines coopératives, pour comparer nos façons de compter le temps donné.",
    "phone": "06 00 00 00 00",
    "territory": "Plaine de l’Ain",
    "languages": "français, arabe",
}
LIST = """nom;type;commune;code postal;site;latitude;longitude
Les Ateliers partagés de Saint-Maurice-de-Rémens et des communes voisines;association;Saint-Maurice-de-Rémens;01500;https://example.org;45.95;5.28
L'Atelier;;Dijon;21000;;;
La Fabrique du canal;coopérative;Ambérieu-en-Bugey;01500;;nord;5.3
;association;Caen;14000;;;
""".encode()


def peopled(world: World) -> dict[str, list[str]]:
    """The pages that show them, by name: who reads it, and its address."""
    by, community = world.amina, world.community
    kitchen = _structures(world)
    marie = User.objects.create_user("marie-emmanuelle.de-la-rochefoucauld@cooperative-des-trois-rivieres.example.org")
    join(community, marie, Role.PRACTITIONER, by=by)
    write_profile(community, PROFILE, shared=["pronouns", "about", "brings", "seeks", "territory"], by=by)
    camille = find_or_make_person(community, name="Camille Lefebvre-Desrosiers", role="cuisinière", by=by)
    affiliate(camille, kitchen.name, capacity="coprésidente du conseil coopératif", by=by,
              span=Span(date(2019, 3, 1), date(2022, 6, 30)))  # fmt: skip
    affiliate(world.chloe, kitchen.name, by=by)
    note_mandate(camille, Role.PRACTITIONER, community=community, structure=kitchen.name, by=by,
                 scope="référente de l’axe « Outils et méthodes partagés »", span=Span(date(2020, 1, 1)))  # fmt: skip
    circle = make_circle(community, Circle.Kind.CORE, "Noyau de l’innovation sociale et citoyenne", by=by)
    for person in (camille, world.chloe):
        enter_circle(circle, person, span=Span(date(2021, 1, 1)), by=by)
    for text in (
        "Faire ensemble ce que l’on ne saurait faire à part.",
        "Se faire confiance assez pour ne pas compter.",
    ):
        define(community, "coopération", text, where="Visite à l’Atelier", by=by)
    share_definition(define(community, "coopération", "Un mot que l’on dit trop tôt.", by=world.bruno), shared=True,
                     by=world.bruno)  # fmt: skip
    post(community, marie.email, "Visite apprenante à Saint-Maurice-de-Rémens : rappel", "…", about=circle, by=by)
    lost = post(community, "adresse.perdue@example.org", "Votre invitation à la visite", "…", about=circle, by=by)
    Letter.objects.filter(pk=lost.pk).update(state=Letter.State.FAILED)
    actors = receive_list(community, "acteurs-de-la-plaine-de-l-ain.csv", LIST, by=by, source="Données ouvertes")
    slug = community.slug
    pages = {
        "member": reverse("member", args=[slug, by.pk]),
        "hand-over": reverse("hand_over", args=[slug]),
        "leave": reverse("leave_community", args=[slug]),
        "circles": reverse("circles", args=[slug]),
        "circle": reverse("circle", args=[circle.pk]),
        "mandates": reverse("mandates", args=[slug]),
        "nesting": reverse("nesting", args=[slug]),
        "definitions": reverse("definitions", args=[slug]),
        "my-profile": reverse("my_profile"),
        "letters": reverse("letters", args=[slug]),
        "structures": reverse("organisations", args=[slug]),
        "structure": kitchen.get_absolute_url(),
        "structure-new": reverse("new_organisation", args=[slug]),
        "relation-new": reverse("add_relation", args=[kitchen.pk]),
        "structure-merge": reverse("merge_organisation", args=[kitchen.pk]) + f"?avec={world.atelier.pk}",
        "map": reverse("ecosystem", args=[slug]) + "?le=2021-09-16",
        "map-near": reverse("ecosystem", args=[slug]) + "?le=2021-09-16&zone=84",
        "import-actors": reverse("import_actors", args=[slug]),
        "import-preview": reverse("actor_list", args=[actors.pk]),
        "my-sign-in": reverse("my_connection"),
        "authenticator": reverse("mfa_activate_totp"),
        "help": reverse("all_help"),
        "help-of-a-stage": reverse("help", args=["gatherings"]),
    }
    shown = {name: ["amina", address] for name, address in pages.items()}
    return shown | {"map-empty": ["driss", reverse("ecosystem", args=[world.elsewhere.slug])]}


def _structures(world: World) -> Any:
    by, community = world.amina, world.community
    kitchen = add_organisation(
        community, "Cuisine coopérative du quartier des Tanneurs et de ses environs", kind=ActorKind.values[0],
        municipality="Saint-Maurice-de-Rémens", code="01500", latitude=45.95, longitude=5.28, by=by,
        website="https://cuisine-cooperative-des-tanneurs.example.org/qui-sommes-nous",
        description="On y cuisine à plusieurs, trois midis par semaine.", starts_on=date(2016, 5, 1),
    )  # fmt: skip
    network = add_organisation(community, "Fédération des cuisines coopératives", latitude=45.76, longitude=4.83, by=by)
    rural = add_organisation(community, "Maison des semences", latitude=46.2, longitude=5.22, code="01000", by=by)
    far = add_organisation(community, "La Fabrique du bocage", latitude=49.18, longitude=-0.37, code="14000", by=by)
    relate(kitchen, RelationKind.MEMBER_OF, network, starts_on=date(2017, 1, 1), source="le rapport annuel", by=by)
    relate(network, RelationKind.SUPPORTS, far, starts_on=date(2020, 1, 1), by=by)
    relate(kitchen, RelationKind.WORKS_WITH, rural, starts_on=date(2018, 1, 1), ends_on=date(2021, 12, 31), by=by)
    relate(kitchen, RelationKind.PART_OF, network, starts_on=date(2018, 1, 1), by=by)
    return kitchen
