"""A call with what its pages may have to show: an application that was chosen, one that is read, one that waits."""

from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from recolte.accompaniment.actions.applications import token_of
from recolte.accompaniment.actions.choosing import choose
from recolte.accompaniment.actions.funding import add_option
from recolte.accompaniment.actions.reading import say_tied
from recolte.accompaniment.models import Level, State
from recolte.programme.models import Sure
from tests.accompaniment.calling import applied as apply
from tests.accompaniment.calling import called, reads
from tests.world import World

CRITERIA = [
    ("Un collectif", "au moins trois structures ou groupes qui font déjà quelque chose ensemble"),
    ("Un territoire", "des habitantes et habitants qui prennent part"),
]


def applied(world: World) -> dict[str, list[str]]:
    """The pages of phase 2, by name: who reads it, and its address."""
    by = world.amina
    call = called(world, title="Des sites à accompagner dans les territoires voisins", criteria=CRITERIA, sites=1)
    chosen = apply(call, name="Les Clairières en commun", bearers=["L’Atelier", "École des Clairières"])
    say_tied(chosen, True, "J’ai fait ma thèse avec deux personnes du collectif.", by=world.bruno)
    reads(by, chosen, Level.MET, Level.NOT_MET, words="Le plus avancé des trois, et le plus fragile.")
    facts = {"word": "Votre collectif se réunit depuis un an.\n\nNous venons.", "reasons": "Le plus avancé."}
    choose(chosen, State.ACCOMPANIED, **facts, deviation="La commune étudie un demi-poste.", by=by)
    read = apply(call, name="La Boucle", received_on=timezone.localdate() + timedelta(days=30), by=by)
    reads(world.bruno, read, Level.PARTLY)
    reads(by, read, Level.PARTLY)
    waits = apply(call, name="Tiers-lieu du Gué", expects="Du temps, et un regard de l’extérieur.")
    for purpose, amount, state in (("Visites", "12000.00", Sure.SECURED), ("Un poste", "7250.50", Sure.PROBABLE)):
        add_option(call, world.atelier, purpose, amount=Decimal(amount), state=state, as_of=date(2021, 10, 1),
                   source="leur lettre du 1er octobre", application=chosen, by=by)  # fmt: skip
    page, token = reverse("application", args=[waits.pk]), token_of(waits)
    return {
        "calls": ["amina", reverse("calls", args=[call.community.slug])],
        "calls-empty": ["driss", reverse("calls", args=[world.elsewhere.slug])],
        "call": ["amina", call.get_absolute_url()],
        "call-edit": ["amina", reverse("edit_call", args=[call.pk])],
        "call-funding": ["amina", reverse("call_funding", args=[call.pk])],
        "apply": ["", reverse("apply", args=[call.code])],
        "application": ["amina", page],
        "application-chosen": ["amina", chosen.get_absolute_url()],
        "application-choice": ["amina", reverse("choose", args=[read.pk])],
        "my-application": ["", reverse("my_application", args=[token])],
        "my-application-chosen": ["", reverse("my_application", args=[token_of(chosen)])],
        "my-application-complete": ["", reverse("complete_application", args=[token])],
    }
