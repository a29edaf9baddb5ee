"""Help: a page a stage, in both languages, and from each page to its own."""

import pytest
from django.test import Client
from django.utils.translation import override
from lxml import html

from recolte.ui.help import FOLDER, STAGES, title, words
from tests.world import World


def test_every_stage_that_has_pages_has_help_in_both_languages() -> None:
    written = {folder.name: sorted(path.stem for path in folder.iterdir()) for folder in FOLDER.iterdir()}
    assert written == {"fr": sorted(STAGES), "en": sorted(STAGES)}


@pytest.mark.parametrize("stage", STAGES)
def test_both_languages_tell_the_same_things_in_the_same_order(stage: str) -> None:
    shape = {}
    for language in ("fr", "en"):
        with override(language):
            shape[language] = [
                element.tag for element in html.fragments_fromstring(words(stage)) if hasattr(element, "tag")
            ]
            assert title(stage)
    assert shape["fr"] == shape["en"]


@pytest.mark.parametrize(
    ("page", "help"),
    [
        ("/", "/aide/sources/"),
        ("/rencontres/", "/aide/sources/"),
        ("/recherche/", "/aide/search/"),
        ("/communaute/{slug}/", "/aide/community/"),
        ("/communaute/{slug}/demarche/", "/aide/programme/"),
        ("/communaute/{slug}/ou-en-est-on/", "/aide/gatherings/"),
        ("/communaute/{slug}/miroir/", "/aide/comparison/"),
        ("/communaute/{slug}/fiches/", "/aide/cards/"),
        ("/communaute/{slug}/codes/", "/aide/coding/"),
        ("/style/", "/aide/"),
    ],
)
def test_a_page_leads_to_the_help_for_it(world: World, amina: Client, page: str, help: str) -> None:
    answer = amina.get(page.format(slug=world.community.slug))
    (link,) = html.fromstring(answer.content).xpath("//a[@data-help]/@href")
    assert link == help
