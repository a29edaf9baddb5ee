"""Lists of actors as other programs write them, and what cannot be one."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recolte.interchange.actors.reading import (
    LARGEST,
    MOST,
    Fault,
    Listed,
    NotAList,
    Reading,
    Table,
    folded,
    guess,
    open_table,
    reassigned,
    understand,
)


def read(data: bytes) -> Reading:
    """The actors of a file, as its columns are guessed."""
    table = open_table(data).without_contacts()
    return understand(table, guess(table.columns))


GOGOCARTO = {
    "ontology": "gogofull",
    "data": [
        {
            "id": "10kw",
            "name": "La Ruche",
            "geo": {"latitude": 46.3252, "longitude": -0.0339},
            "address": {"streetAddress": "5 rue des Tilleuls", "addressLocality": "Chenay", "postalCode": "79120"},
            "description": "<b>Produits</b> locaux &amp; paniers",
            "website": "https://ruche.example/",
            "email": "quelquun@example.org",
            "taxonomy": ["10429"],
        }
    ],
}
RUCHE = Listed(
    external_id="10kw",
    name="La Ruche",
    municipality="Chenay",
    code="79120",
    latitude=46.3252,
    longitude=-0.0339,
    website="https://ruche.example/",
    description="Produits locaux & paniers",
)
UMAP = {
    "type": "umap",
    "layers": [
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"name": "Le Tiers-lieu", "description": "Un café"},
                    "geometry": {"type": "Point", "coordinates": [4.35, 46.4]},
                }
            ],
        }
    ],
}


def test_gogocarto_is_read_without_what_is_nobodys_business() -> None:
    reading = read(json.dumps(GOGOCARTO).encode())
    assert reading.actors == [RUCHE]
    assert reading.unused == ["address.streetAddress", "email"]


def test_a_script_that_holds_a_list_is_read() -> None:
    text = f"var elements = {json.dumps(GOGOCARTO['data'], indent=1)};\n"
    assert read(text.encode()).actors == [RUCHE]


def test_a_map_of_umap_is_read() -> None:
    assert read(json.dumps(UMAP).encode()).actors == [
        Listed("le tiers lieu / ", "Le Tiers-lieu", description="Un café", latitude=46.4, longitude=4.35)
    ]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_of_any_spreadsheet_is_read(separator: str, encoding: str) -> None:
    lines = [
        ["Nom de la structure", "Commune", "Code postal", "Forme juridique", "Date de création", "Site web"],
        ["Épicerie du Pôle", "Épinay", "1000", "Association loi 1901", "05/03/2019", "epicerie.example"],
        ["", "Nulle part", "", "", "", ""],
        ["Épicerie du Pôle", "Épinay", "1000", "", "", ""],
    ]
    text = "\r\n".join(separator.join(line) for line in lines)
    reading = read(text.encode(encoding))
    assert reading.actors == [
        Listed(
            "epicerie du pole / epinay",
            "Épicerie du Pôle",
            "association",
            "Épinay",
            "01000",
            starts_on=date(2019, 3, 5),
            website="https://epicerie.example",
        )
    ]
    assert (reading.nameless, reading.repeated) == (1, 1)


@pytest.mark.parametrize(
    ("columns", "values", "point"),
    [
        ("nom;latitude;longitude", "A;47,32;5,04", (47.32, 5.04)),
        ("nom;geo_point_2d", "A;47.32, 5.04", (47.32, 5.04)),
        ("nom;lat;lng", "A;147;5", (None, None)),
        ("nom;lat;lng", "A;0;0", (None, None)),
        ("nom;lat;lng", "A;nord;sud", (None, None)),
        ("nom;lat;lng", "A;nan;inf", (None, None)),
    ],
)
def test_a_point_is_taken_where_it_is_one(columns: str, values: str, point: tuple[float | None, float | None]) -> None:
    one = read(f"{columns}\n{values}\n".encode()).actors[0]
    assert (one.latitude, one.longitude) == point


def test_no_column_is_taken_for_two_things() -> None:
    assert guess(["Type", "Structure", "Ville", "code"]) == {
        "name": "Structure",
        "kind": "Type",
        "municipality": "Ville",
        "code": "code",
    }


MIXED = b"Titre;Libelle;Contact;Ville\nAtelier;Ouvert le jeudi, 06 12 34 56 78;lea@example.org;Dijon\n;Rien;;Caen\n"


def test_what_somebody_says_of_a_column_goes_before_what_is_guessed() -> None:
    table = open_table(MIXED)
    assert guess(table.columns) == {"name": "Titre", "municipality": "Ville"}
    told = {"Libelle": "description", "Ville": "", "Titre": "name"}
    assert reassigned(table, told) == {"name": "Titre", "description": "Libelle"}
    assert reassigned(table, {"Libelle": "name"}) == {"name": "Libelle", "municipality": "Ville"}
    reading = understand(table, {"name": "Libelle"})
    assert ([one.name for one in reading.actors][1], reading.unused) == ("Rien", ["Titre", "Contact", "Ville"])
    with pytest.raises(NotAList) as refused:
        reassigned(table, {"Nom": "name"})
    assert (refused.value.fault, refused.value.columns[0]) == (Fault.NO_COLUMN, "Nom")


def test_ways_to_reach_people_are_not_kept() -> None:
    table = open_table(MIXED).without_contacts()
    assert table.lines == [["Atelier", "Ouvert le jeudi,", "", "Dijon"], ["", "Rien", "", "Caen"]]
    assert (table.examples("Ville"), table.examples("Contact")) == (["Dijon", "Caen"], [])
    kept = ["47.322,5.041", "-0,3710", "77511223300011", "2021-09-16", "21000", "https://a.example/0123456789"]
    assert Table("CSV", ["a"], [[one] for one in kept]).without_contacts().lines == [[one] for one in kept]
    reached = ["+33 1 23 45 67 89", "0033612345678", "01.23.45.67.89", "lea.b@mail.example.org", "+33 (0)1 23 45 67 89"]
    assert Table("CSV", ["a"], [[one] for one in reached]).without_contacts().lines == [[""]] * len(reached)


BAD = {
    Fault.EMPTY: [b"", b"  \n ", b"nom;ville\n", b"nom;ville\n;Dijon\n", b"un seul mot"],
    Fault.MARKUP: [b"<?xml version='1.0'?><kml><Placemark><name>A</name></Placemark></kml>", b"<!doctype html><table>"],
    Fault.BINARY: [b"PK\x03\x04" + bytes(200), b"%PDF-1.7\n\x01\x02", bytes(range(256)) * 4],
    Fault.DAMAGED: [json.dumps(GOGOCARTO).encode()[:-30], b'[{"name": "A"', b"[" * 100_000],
    Fault.NO_LIST: [b"[]", b'{"name": "A"}', b'{"data": [1, 2]}', b'{"@context": {"a": "b"}}'],
    Fault.NO_NAME: [b"cp;ville\n21000;Dijon\n", b'[{"zip_code": "71460", "city": "AMEUGNY"}]'],
    Fault.TOO_LARGE: [b"nom\n" + b"a" * LARGEST],
    Fault.TOO_MANY: ["\n".join(["nom", *(f"Structure {number}" for number in range(MOST + 1))]).encode()],
}


@pytest.mark.parametrize(("fault", "data"), [(fault, data) for fault, those in BAD.items() for data in those])
def test_what_is_no_list_is_refused_with_its_reason(fault: Fault, data: bytes) -> None:
    with pytest.raises(NotAList) as refused:
        read(data)
    assert refused.value.fault == fault


@given(
    st.binary(max_size=400)
    | st.text(max_size=300).map(str.encode)
    | st.text(max_size=200).map(lambda t: f"nom;lat;lng;depuis\n{t}".encode())
)
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    try:
        reading = read(data)
    except NotAList:
        return
    assert [one.name for one in reading.actors if not folded(one.name)] == []
    assert [Listed.from_json(json.loads(json.dumps(one.as_json()))) for one in reading.actors] == reading.actors
