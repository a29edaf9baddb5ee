"""Lists that grow: searched, filtered, sorted and paged in the address, and taken away as CSV or ODS.

A view describes the columns and hands over a QuerySet; the database does the rest, so that a page costs the same number of
questions however long the list. What is taken away is the whole list as it is filtered and sorted, not the page.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import OrderBy, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.text import slugify
from odfdo import Document, Row, Table

from recolte.ui.sorting import Folded

PER_PAGE = 50
MOST = 50_000  # rows that are taken away at once
ODS = "application/vnd.oasis.opendocument.spreadsheet"
RISKY = ("=", "+", "-", "@", "\t", "\r")  # how a formula begins: a spreadsheet must take what people typed as text

Value = str | int | float | Decimal | date | datetime | None
Rows = QuerySet[Any, Any]


@dataclass(frozen=True)
class Column:
    """One column: `value` of a row is shown and taken away; `order` are the fields to sort by (none: not sortable).

    `template` draws the cell instead of the plain value; it gets the `row` and the `value`. `in_file` is what is taken away
    of a row, where it is not the value that the page shows. With `only_taken_away` the column stands in the file alone.
    """

    key: str
    label: str | Promise
    value: Callable[[Any], Value]
    order: Sequence[str] = ()
    url: Callable[[Any], str] | None = None
    template: str = ""
    is_number: bool = False
    in_file: Callable[[Any], Value] | None = None
    only_taken_away: bool = False


@dataclass(frozen=True)
class Filter:
    """A choice above the list: `apply(rows, chosen)` keeps those that fit. Nothing chosen keeps all.

    Where an address may ask for several at once (`?axis=1,2`), `apply_many(rows, keys)` keeps those of any of them.
    """

    key: str
    label: str | Promise
    choices: Sequence[tuple[str, str | Promise]]
    apply: Callable[[Any, str], Any]
    apply_many: Callable[[Any, list[str]], Any] | None = None

    def keys(self, asked: str) -> list[str]:
        """What the address asks for, if there is all of it."""
        keys = asked.split(",") if self.apply_many else [asked]
        known = {str(key) for key, _label in self.choices if key}
        return keys if known.issuperset(keys) else []

    def narrow(self, rows: Any, keys: list[str]) -> Any:
        return self.apply_many(rows, keys) if self.apply_many and len(keys) > 1 else self.apply(rows, keys[0])


def within(field: str, since: date | None, until: date | None) -> Q:
    """The rows whose `field`, which holds a day, lies in these days; what has no day lies in none."""
    found = Q(**{f"{field}__gte": since}) if since else Q()
    return found & Q(**{f"{field}__lte": until}) if until else found


Days = tuple[date | None, date | None]  # from, to; both included


def days_asked(request: HttpRequest) -> Days:
    """The days that the address asks for (`?from=2021-04-01&to=2021-12-31`); what is no day is as if it were not asked."""
    return _day(request.GET.get("from", "")), _day(request.GET.get("to", ""))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:  # the 31st of February
        return None


@dataclass(frozen=True)
class Cell:
    column: Column
    row: Any

    @cached_property
    def value(self) -> Value:
        return self.column.value(self.row)

    @cached_property
    def url(self) -> str:
        return self.column.url(self.row) if self.column.url else ""

    @property
    def is_date(self) -> bool:
        return isinstance(self.value, date)


@dataclass
class Listing:
    """A list as the address asks for it: `?q=…`, the filters by their keys, `?from=` and `?to=` (days), `?sort=key` or `-key`,
    `?page=`, `?as=csv|ods`.

    `title` names the file that is taken away. `search(rows, words)` keeps what fits the words typed; without it there is no
    box; without `days(rows, since, until)`, no days. What the address asks for and there is not (a column, a choice, a
    page) is as if it had not been asked.
    """

    request: HttpRequest
    title: str
    rows: Rows
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    search: Callable[[Any, str], Any] | None = None
    days: Callable[[Any, date | None, date | None], Any] | None = None
    per_page: int = PER_PAGE
    can_take_away: bool = True
    page_obj: Page[Any] = field(init=False)
    since: date | None = field(init=False, default=None)
    until: date | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        asked = self.request.GET
        self.q = " ".join(asked.get("q", "").split())[:200] if self.search else ""
        self.chosen = {one.key: asked.get(one.key, "") for one in self.filters}
        self.sort = asked.get("sort", "")
        if self.search and self.q:
            self.rows = self.search(self.rows, self.q)
        for one in self.filters:
            if keys := one.keys(self.chosen[one.key]):
                self.rows = one.narrow(self.rows, keys)
            else:
                self.chosen[one.key] = ""
        self.since, self.until = days_asked(self.request) if self.days else (None, None)
        if self.days and (self.since or self.until):
            self.rows = self.days(self.rows, self.since, self.until)
        column = next((one for one in self.columns if one.key == self.sort.lstrip("-") and one.order), None)
        if column:
            down = self.sort.startswith("-")
            self.rows = self.rows.order_by(
                *(_turned(name) if down else name for name in map(_in_order, column.order)),
                _turned("pk") if down else "pk",
            )
        else:
            self.sort = ""
        self.page_obj = Paginator(self.rows, self.per_page).get_page(asked.get("page"))

    @property
    def count(self) -> int:
        return self.page_obj.paginator.count

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.is_filtered)

    @property
    def is_filtered(self) -> bool:
        return bool(any(self.chosen.values()) or self.since or self.until)

    @property
    def is_empty(self) -> bool:
        """There is nothing at all yet — not: nothing that fits what was asked."""
        return not self.count and not self.is_narrowed

    @property
    def can_search(self) -> bool:  # a template would call `search` itself
        return self.search is not None

    @property
    def can_narrow(self) -> bool:
        return bool(self.can_search or self.filters or self.has_days)

    @property
    def has_days(self) -> bool:
        return self.days is not None

    @property
    def headers(self) -> list[dict[str, Any]]:
        """Each column with the sort that its heading leads to, and how the list is sorted by it now (aria-sort)."""
        return [
            {
                "column": one,
                "to": (f"-{one.key}" if self.sort == one.key else one.key) if one.order else "",
                "now": {one.key: "ascending", f"-{one.key}": "descending"}.get(self.sort, ""),
            }
            for one in self.shown_columns
        ]

    @cached_property
    def shown(self) -> list[Any]:
        """The rows that this answer is about: those of the page, or all of them where they are taken away."""
        return list(self.rows[:MOST]) if self._maker else list(self.page_obj)

    @property
    def shown_columns(self) -> list[Column]:
        return [one for one in self.columns if not one.only_taken_away]

    @property
    def lines(self) -> list[list[Cell]]:
        return [[Cell(column, row) for column in self.shown_columns] for row in self.shown]

    @property
    def chosen_filters(self) -> list[dict[str, Any]]:
        return [{"filter": one, "options": self._options(one)} for one in self.filters]

    def _options(self, one: Filter) -> list[dict[str, Any]]:
        chosen = self.chosen[one.key]
        options = [{"key": key, "label": label, "on": str(key) == chosen} for key, label in one.choices]
        if "," in chosen:  # several at once are one more choice
            labels = [str(label) for key, label in one.choices if str(key) in chosen.split(",")]
            options.insert(0, {"key": chosen, "label": " + ".join(labels), "on": True})
        return options

    def taken_away(self) -> HttpResponse | None:
        """The whole list as a file, if the address asks for one (`?as=csv`, `?as=ods`)."""
        return self._maker(slugify(self.title) or "liste", self._table()) if self._maker else None

    @property
    def _maker(self) -> Callable[[str, Iterator[list[Value]]], HttpResponse] | None:
        return {"csv": _csv, "ods": _ods}.get(self.request.GET.get("as", "")) if self.can_take_away else None

    def _table(self) -> Iterator[list[Value]]:
        yield [str(column.label) for column in self.columns]
        for row in self.shown:
            yield [(column.in_file or column.value)(row) for column in self.columns]


def _in_order(name: str) -> str | OrderBy:
    """Names are sorted whatever their accents."""
    last = name.lstrip("-").rpartition("__")[2]
    if last not in ("name", "title", "notion"):
        return name
    return OrderBy(Folded(name.lstrip("-")), descending=name.startswith("-"))


def _turned(name: str | OrderBy) -> str | OrderBy:
    if isinstance(name, OrderBy):
        return OrderBy(name.expression, descending=not name.descending)
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _plain(value: Value) -> Value:
    """A value as a file takes it: times in the reader's zone, text that no spreadsheet takes for a formula."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if value is None or isinstance(value, int | float | Decimal | date):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(RISKY) else text


def _csv(name: str, table: Iterator[list[Value]]) -> HttpResponse:
    """RFC 4180, UTF-8 with the mark that spreadsheets look for."""
    out = io.StringIO(newline="")
    written = csv.writer(out)
    for line in table:
        written.writerow(["" if (value := _plain(one)) is None else value for one in line])
    return _file(out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", f"{name}.csv")


def _ods(name: str, table: Iterator[list[Value]]) -> HttpResponse:
    document = Document("spreadsheet")
    document.body.clear()
    sheet = Table(name[:30])
    for line in table:
        row = Row()
        row.set_values(
            [None if one is None else one if isinstance(one, int | float | Decimal) else _shown(one) for one in line]
        )
        sheet.append_row(row)
    document.body.append(sheet)
    out = io.BytesIO()
    document.save(out)
    return _file(out.getvalue(), ODS, f"{name}.ods")


def _shown(value: Value) -> Any:
    value = _plain(value)
    return value if isinstance(value, date) else str(value)


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
