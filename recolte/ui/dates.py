"""Days as people write them: in French the first of a month is « 1er »."""

import re
from datetime import date, datetime

from django.utils import formats
from django.utils.translation import get_language

DAY = re.compile(r"(?<!\\)j(?=[ \u00a0]+[FENMb])")  # before the name of a month


def date_format(value: date | datetime, format: str | None = None) -> str:
    """As Django's, by the same letters; in French, `j` before the name of a month is “1er” on a first day."""
    form = formats.get_format(format or "DATE_FORMAT")
    if isinstance(value, date) and value.day == 1 and (get_language() or "").startswith("fr"):
        form = DAY.sub(r"1\\e\\r", form)
    return formats.date_format(value, form)
