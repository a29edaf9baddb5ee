"""An interim report with an edition that is other by now, and a draft that names somebody and asks for no figure."""

from django.urls import reverse

from recolte.gatherings.actions import plan_gathering
from recolte.publishing.actions import begin_report, change_report, publish_report
from tests.world import World

TITLE = "Où nous en sommes après la première année de visites apprenantes et de séminaires de capitalisation"


def reported(world: World) -> dict[str, list[str]]:
    """The pages that show them, by name: who reads it, and its address."""
    report = begin_report(world.community, TITLE, by=world.bruno)
    edition = publish_report(report, by=world.amina)
    plan_gathering(world.community, "Visite d’après la parution", by=world.amina, starts_on="2021-12-01")
    report.refresh_from_db()
    thanks = {"heading": "Merci", "text": "Merci à Chloé pour ses {mots-de-passe-partout-et-de-bienvenue}."}
    change_report(report, sections=[*report.sections, thanks], by=world.bruno)
    slug = world.community.slug
    pages = {
        "reports": reverse("reports", args=[slug]),
        "report-new": reverse("new_report", args=[slug]),
        "report": report.get_absolute_url(),
        "report-edit": reverse("edit_report", args=[report.pk]),
        "report-edition": edition.get_absolute_url(),
        "sources": reverse("sources", args=[slug]),
        "claims": reverse("claims", args=[slug]),
    }
    return {name: ["amina", address] for name, address in pages.items()}
