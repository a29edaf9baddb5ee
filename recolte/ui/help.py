"""Help: one page a stage, in each language, written in Markdown beside this module (`help/fr/sources.md`)."""

from functools import cache
from pathlib import Path

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from markdown_it import MarkdownIt

FOLDER = Path(__file__).parent / "help"
# In the order of the way through; what has no page of its own (its stage shows nothing by itself) is told with its neighbour.
STAGES = [
    "community",
    "programme",
    "gatherings",
    "sources",
    "coding",
    "search",
    "comparison",
    "cards",
    "publishing",
    "accompaniment",
]


def stage_of(request: HttpRequest) -> str:
    """The stage whose view answers `request`, as far as there is help for it; empty otherwise."""
    match = request.resolver_match
    package, _, rest = (match.func.__module__ if match else "").partition(".")
    stage = rest.partition(".")[0] if package == "recolte" else ""
    return stage if stage in STAGES else ""


def help_url(request: HttpRequest) -> str:
    """Where the help for the page of `request` is."""
    stage = stage_of(request)
    return reverse("help", args=[stage]) if stage else reverse("all_help")


@cache
def _texts(stage: str, language: str) -> tuple[str, SafeString]:
    text = (FOLDER / language / f"{stage}.md").read_text()
    heading, _, rest = text.partition("\n")
    # No HTML passes through, and our own pages alone are written so
    return heading.removeprefix("# "), mark_safe(MarkdownIt("commonmark", {"html": False}).render(rest))  # noqa: S308


def title(stage: str) -> str:
    return _texts(stage, _language())[0]


def words(stage: str) -> SafeString:
    return _texts(stage, _language())[1]


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "fr"
