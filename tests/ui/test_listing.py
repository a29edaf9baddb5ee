"""Lists: what the address asks for is what is shown, and taken away."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client, RequestFactory
from odfdo import Document

from recolte.comparison.actions import raise_issue
from recolte.gatherings.actions import plan_gathering
from recolte.gatherings.models import Gathering
from recolte.ui.listing import Column, Filter, Listing, within
from tests.world import World

AT = Filter("place", "Lieu", [("a", "A"), ("b", "B")], lambda q, v: q.none(), lambda q, keys: q.filter(name=NAMES[1]))
NAMES = ["Atelier", "Séminaire", "=SOMME(A1)"]


@pytest.fixture
def asked(world: World) -> Callable[[str], Listing]:
    Gathering.objects.all().delete()
    for number, name in enumerate(NAMES, 1):
        kind = "workshop" if number == 1 else "seminar"
        plan_gathering(world.community, name, by=None, starts_on=date(2021, 9, number), kind=kind)

    def listing(query: str) -> Listing:
        return Listing(
            RequestFactory().get(f"/?{query}"),
            "Les rencontres",
            Gathering.objects.order_by("starts_on"),
            [
                Column("name", "Nom", lambda one: one.name, ["name"], url=lambda one: one.get_absolute_url()),
                Column("on", "Date", lambda one: one.starts_on, ["starts_on"]),
                Column("place", "Lieu", lambda one: one.place),
            ],
            filters=[Filter("kind", "Genre", [("workshop", "a"), ("seminar", "b")], lambda q, v: q.filter(kind=v)), AT],
            search=lambda rows, words: rows.filter(name__icontains=words),
            days=lambda rows, since, until: rows.filter(within("starts_on", since, until)),
            per_page=2,
        )

    return listing


def _names(listing: Listing) -> list[object]:
    return [line[0].value for line in listing.lines]


@pytest.mark.parametrize(
    ("query", "names", "sort"),
    [
        ("", NAMES[:2], ""),
        ("page=2", NAMES[2:], ""),
        ("page=99", NAMES[2:], ""),
        ("page=x&sort=nothing&kind=nothing", NAMES[:2], ""),
        ("sort=place", NAMES[:2], ""),  # nothing to sort by there
        ("sort=-on", NAMES[:0:-1], "-on"),
        ("sort=name", [NAMES[2], NAMES[0]], "name"),
        ("kind=seminar", NAMES[1:], ""),
        ("q=mina", NAMES[1:2], ""),
        ("q=mina&kind=workshop", [], ""),
        ("from=2021-09-02", NAMES[1:], ""),
        ("from=2021-09-02&to=2021-09-02", NAMES[1:2], ""),
        ("from=2021-02-31&to=hier", NAMES[:2], ""),  # no such days
        ("place=a,b", [NAMES[1]], ""),
        ("place=a,c", NAMES[:2], ""),  # there is no c
    ],
)
def test_the_address_says_what_is_shown(
    asked: Callable[[str], Listing], query: str, names: list[str], sort: str
) -> None:
    listing = asked(query)
    assert (_names(listing), listing.sort) == (names, sort)


def test_a_heading_leads_to_the_other_way_round(asked: Callable[[str], Listing]) -> None:
    def led(query: str) -> list[tuple[str, str]]:
        return [(header["to"], header["now"]) for header in asked(query).headers]

    assert led("") == [("name", ""), ("on", ""), ("", "")]
    assert led("sort=name")[0] == ("-name", "ascending")
    assert led("sort=-name")[0] == ("name", "descending")


def test_empty_is_not_the_same_as_nothing_that_fits(asked: Callable[[str], Listing]) -> None:
    assert (asked("q=zzz").is_empty, asked("q=zzz").is_narrowed) == (False, True)
    Gathering.objects.all().delete()
    assert (asked("").is_empty, asked("q=zzz").is_empty) == (True, False)
    assert asked("").can_search is True


def test_what_is_taken_away_is_the_whole_list_as_asked_and_never_a_formula(asked: Callable[[str], Listing]) -> None:
    expected = [["Nom", "Date", "Lieu"], ["'=SOMME(A1)", "2021-09-03", ""], ["Séminaire", "2021-09-02", ""], ["Atelier", "2021-09-01", ""]]  # fmt: skip
    answer = asked("sort=-on&as=csv&page=2").taken_away()
    assert answer is not None
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "text/csv; charset=utf-8",
        'attachment; filename="les-rencontres.csv"',
    )
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))) == expected

    sheet = asked("sort=-on&as=ods").taken_away()
    assert sheet is not None and sheet["Content-Type"] == "application/vnd.oasis.opendocument.spreadsheet"
    table = Document(io.BytesIO(sheet.content)).body.get_table(0)
    assert [row[0] for row in table.get_values()] == [line[0] for line in expected]
    assert [row[1] for row in table.get_values()][1:] == [date(2021, 9, day) for day in (3, 2, 1)]
    assert (asked("").taken_away(), asked("as=exe").taken_away()) == (None, None)


def test_the_box_to_search_stands_on_a_page_that_can_be_searched(world: World, amina: Client) -> None:
    page = amina.get(f"/communaute/{world.community.slug}/")
    assert 'name="q" id="listing-q"' in page.content.decode()


def test_filters_are_unfolded_once_one_is_chosen(world: World, amina: Client) -> None:
    page = f"/communaute/{world.community.slug}/enjeux/"
    raise_issue(world.community, "Tenir", by=world.amina)

    def folded(query: str) -> bool:
        return '<details class="more">' in amina.get(f"{page}{query}").content.decode()

    assert [folded(query) for query in ("", "?q=tenir", "?state=not_crossing", "?state=nothing")] == [
        True,
        True,
        False,
        True,
    ]


def test_a_column_of_the_file_alone_does_not_stand_on_the_page(world: World, amina: Client) -> None:
    page = f"/communaute/{world.community.slug}/enjeux/"
    raise_issue(world.community, "Tenir", by=world.amina)
    listing = amina.get(page).context["listing"]
    shown = [header["column"].key for header in listing.headers]
    assert (len(listing.lines[0]), "address" in shown) == (len(shown), False)
    assert amina.get(page, {"as": "csv"}).content.decode().count("/enjeux/") == 1
