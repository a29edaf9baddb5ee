"""Days as people write them."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

import recolte
from recolte.ui.dates import date_format

SOURCE = Path(recolte.__file__).parent
FIRST, SECOND = date(2027, 1, 1), date(2027, 1, 2)


@pytest.mark.parametrize(
    ("language", "day", "form", "said"),
    [
        ("fr", FIRST, "l j F Y", "vendredi 1er janvier 2027"),
        ("fr", FIRST, None, "1er janvier 2027"),
        ("fr", SECOND, "l j F Y", "samedi 2 janvier 2027"),
        ("fr", FIRST, "Y-m-d", "2027-01-01"),
        ("fr", FIRST, "j/m/Y", "1/01/2027"),
        ("fr", datetime(2027, 1, 1, 9, 5, tzinfo=UTC), "j F Y, H:i", "1er janvier 2027, 09:05"),
        ("en", FIRST, "l j F Y", "Friday 1 January 2027"),
    ],
)
def test_the_first_of_a_month_is_written_as_people_write_it(
    language: str, day: date, form: str | None, said: str
) -> None:
    with translation.override(language):
        assert date_format(day, form) == said


def test_every_template_writes_days_so() -> None:
    with translation.override("fr"):
        shown = Template('{{ day|date:"j F Y" }}|{{ none|date:"j F Y" }}|{{ words|date:"j F Y" }}').render(
            Context({"day": FIRST, "none": None, "words": "demain"})
        )
    assert shown == "1er janvier 2027||"


def test_two_days_of_two_years_are_each_said_with_their_year() -> None:
    with translation.override("fr"):
        shown = Template('{{ first|date:"j F Y" }} – {{ last|date:"j F Y" }}').render(
            Context({"first": date(2026, 12, 31), "last": FIRST})
        )
    assert shown == "31 décembre 2026 – 1er janvier 2027"


def test_no_module_asks_django_for_a_day_in_words() -> None:
    asks = re.compile(r"from django\.utils\.formats import .*date_format|formats\.date_format|dateformat")
    found = [str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if asks.search(path.read_text())]
    assert found == ["ui/dates.py"]
