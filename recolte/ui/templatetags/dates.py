"""The filter `date` of every template: Django's, with the days of `recolte.ui.dates`."""

from typing import Any

from django import template

from recolte.ui.dates import date_format

register = template.Library()


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, format: str | None = None) -> str:
    if value in (None, ""):
        return ""
    try:
        return date_format(value, format)
    except AttributeError:
        return ""
