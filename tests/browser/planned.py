"""A programme with everything that its pages may have to show."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from recolte.community.people import find_or_make_organisation, find_or_make_person
from recolte.programme.actions import (
    add_agreement,
    add_axis,
    add_funding,
    add_phase,
    credit,
    start_programme,
    tell_date,
)
from recolte.programme.models import DatedFact, Precision, Sure
from tests.world import World

START, END = DatedFact.What.START, DatedFact.What.END


def planned(world: World) -> dict[str, list[str]]:
    """The pages that show it, by name: who reads it, and its address."""
    by, community = world.amina, world.community
    plan = start_programme(
        community,
        "Innovation sociale et citoyenne pour le développement des territoires",
        question="Mettre en commun les outils et les méthodes des structures membres, dans un espace partagé de ressources "
        "et de formation : que savons-nous faire, et qu’apprenons-nous les uns des autres ?",
        variants=["Communauté apprenante", "Axe 1 du plan triennal"],
        by=by,
    )
    titles = ["Outils et méthodes partagés", "Formations entre pairs", "Coopérations avec les collectivités"]
    axes = [add_axis(plan, number, title, purpose="Se rendre visite, et écrire ce que l’on en retient.", by=by)
            for number, title in enumerate(titles, 1)]  # fmt: skip
    first = add_phase(plan, 1, axis=axes[0], title="Visites apprenantes", purpose="Trois visites de deux jours.", by=by)
    add_phase(plan, 2, axis=axes[0], title="Accompagner d’autres territoires", by=by)
    told: list[tuple[Any, DatedFact.What, date, Precision, str]] = [
        (plan, START, date(2019, 12, 1), Precision.MONTH, "le compte rendu du séminaire fondateur"),
        (first, START, date(2021, 3, 1), Precision.MONTH, "le rapport annuel"),
        (first, START, date(2021, 4, 1), Precision.DAY, "le contrat de la coordination, article 2"),
        (first, END, date(2021, 1, 1), Precision.YEAR, "la lettre aux membres"),
    ]
    for about, what, day, precision, source in told:
        tell_date(about, what, day, precision=precision, source=source, address="https://example.org/s", by=by)
    quiet = find_or_make_person(community, name="Ousmane", structure="Le Rucher", by=by)
    credit(plan, world.chloe, "accueil de la visite", axis=axes[0], named=True, by=by)
    credit(plan, quiet, "prise de notes", by=by)
    lake = find_or_make_organisation(community, "Fondation du Lac pour l’économie citoyenne", by)
    assert lake
    lines: list[tuple[str, str | None, Sure, Any]] = [
        ("Coordination et visites apprenantes, première année", "48000.00", Sure.SECURED, axes[0]),
        ("Site de ressources", "7250.50", Sure.PROBABLE, axes[0]),
        ("Formations", None, Sure.SOUGHT, axes[1]),
    ]
    for purpose, amount, state, axis in lines:
        add_funding(community, lake, purpose, amount=Decimal(amount) if amount else None, state=state, axis=axis,
                    starts_on=date(2021, 1, 1), ends_on=date(2021, 12, 31), by=by)  # fmt: skip
    soon = timezone.localdate() + timedelta(days=30)
    terms = (
        "Le laboratoire suit les visites et en restitue l’analyse.\n\nLe réseau met à disposition ses enregistrements."
    )
    agreement = add_agreement(
        community, "Convention de partenariat de recherche", [lake, world.atelier], terms=terms,
        signed_on=date(2021, 2, 15), starts_on=date(2021, 3, 1), ends_on=soon, by=by,
    )  # fmt: skip
    pages = {
        "programme": reverse("programme", args=[community.slug]),
        "programme-new": reverse("new_programme", args=[community.slug]),
        "programme-edit": reverse("edit_programme", args=[plan.pk]),
        "programme-dates": reverse("programme_dates", args=[plan.pk]),
        "credits": reverse("contributions", args=[plan.pk]),
        "funding": reverse("funding", args=[community.slug]),
        "funding-edit": reverse("new_funding", args=[community.slug]),
        "funder": reverse("funder", args=[lake.pk]),
        "conventions": reverse("agreements", args=[community.slug]),
        "convention": agreement.get_absolute_url(),
        "convention-edit": reverse("edit_agreement", args=[agreement.pk]),
        "search-programme": reverse("search") + "?q=innovation",
    }
    empty = {
        "programme-empty": reverse("programme", args=[world.elsewhere.slug]),
        "funding-empty": reverse("funding", args=[world.elsewhere.slug]),
        "conventions-empty": reverse("agreements", args=[world.elsewhere.slug]),
    }
    shown = {name: ["amina", address] for name, address in pages.items()}
    return shown | {name: ["driss", address] for name, address in empty.items()}
