"""The words of `ui/state.html` alone, for what is laid out without pages."""

from django.template.loader import render_to_string
from django.utils.html import strip_tags


def state_words(state: str) -> str:
    return strip_tags(render_to_string("ui/state.html", {"state": state})).strip()
