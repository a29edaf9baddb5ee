"""Lists of actors as other programs write them — CSV, JSON, GeoJSON (GoGoCarto, uMap…) — on plain values.

`open_table` finds out what a file is; `guess` which of its columns says what, which `reassigned` corrects as somebody says;
`understand` gives back the actors. What is neither a name, a place, a date nor an address of the web is not taken: neither
telephone numbers nor e-mail addresses, wherever they stand (`Table.without_contacts`).
"""

import csv
import html
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from recolte.engine.formats.decoding import decode
from recolte.engine.words import fold

LARGEST = 10 * 1024 * 1024  # bytes
MOST = 5_000  # actors in one list
MOST_LINES = 4 * MOST  # some say nothing, or say the same again
LONGEST = 4_000  # signs of what one line says in one column


class Fault(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"  # more than LARGEST bytes
    TOO_MANY = "too_many"  # more than MOST lines
    MARKUP = "markup"  # XML, HTML, KML
    BINARY = "binary"  # a spreadsheet, an archive, a picture…
    DAMAGED = "damaged"  # JSON that stops too early
    NO_LIST = "no_list"  # JSON without a list of things
    NO_NAME = "no_name"  # no column that says how they are called
    NO_COLUMN = "no_column"  # a column that was spoken of is not there


class NotAList(Exception):
    """A file is no list of actors. `columns` are those that it has, where it is a table without names."""

    def __init__(self, fault: Fault, columns: Iterable[str] = ()) -> None:
        super().__init__(fault)
        self.fault = fault
        self.columns = list(columns)


@dataclass(frozen=True)
class Listed:
    """One actor as a list says it; what it does not say is empty."""

    external_id: str
    name: str
    kind: str = ""
    municipality: str = ""
    code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    website: str = ""
    description: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    refused: tuple[tuple[str, str], ...] = ()  # what it says that could not be taken: (field, its words)

    def as_json(self) -> dict[str, Any]:
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(self).items()}

    def as_facts(self) -> dict[str, Any]:
        """What it says beside its name."""
        return {key: value for key, value in asdict(self).items() if key not in ("external_id", "name", "refused")}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Listed":
        dates = {key: date.fromisoformat(values[key]) if values[key] else None for key in ("starts_on", "ends_on")}
        refused = tuple((field, words) for field, words in values.get("refused", []))
        return cls(**(values | dates | {"refused": refused}))


# What looks like a way to reach somebody
MAIL = re.compile(r"[^\s@<>:,;\"']{1,64}@[^\s@<>:,;\"']{1,200}\.[^\s@<>:,;\"']{1,60}")
PHONE = re.compile(r"(?<![\w.,/-])(?:(?:\+|00)\d\d[ .-]?(?:\(0\))?[ .-]?[1-9]|0[1-9])(?:[ .-]?\d\d){4}(?!\d)")


@dataclass(frozen=True)
class Table:
    """A file as columns and lines, before anything is understood; a line may be shorter than there are columns."""

    format: str
    columns: list[str]
    lines: list[list[str]]

    def without_contacts(self) -> "Table":
        """The same without e-mail addresses and telephone numbers."""
        clean = [[PHONE.sub("", MAIL.sub("", one)).strip() for one in line] for line in self.lines]
        return Table(self.format, self.columns, clean)

    def examples(self, column: str, most: int = 2) -> list[str]:
        """The first different things that a column says."""
        index, found = self.columns.index(column), dict[str, None]()
        for line in self.lines:
            if len(found) == most:
                break
            if len(line) > index and line[index]:
                found[line[index]] = None
        return list(found)


@dataclass
class Reading:
    """What was read: the actors, which column was taken for what, and how many lines were passed over, and why."""

    actors: list[Listed]
    mapping: dict[str, str]  # field → column
    unused: list[str] = field(default_factory=list)  # columns that nothing was taken from
    nameless: int = 0  # lines without a name
    repeated: int = 0  # lines that say again what one before said


Row = dict[str, str]

# What columns are called, by field, the likeliest first; compared as `folded` does.
NAMES: dict[str, list[str]] = {
    "external_id": ["id", "identifiant", "uuid", "external id", "ref", "siret", "siren", "rna", "osm id"],
    "name": ["name", "nom", "titre", "title", "raison sociale", "denomination", "structure", "nom de la structure",
             "nom structure", "organisme", "organisation", "organization", "association", "libelle", "nom complet",
             "acteur", "label"],
    "kind": ["kind", "type", "type de structure", "typologie", "statut juridique", "forme juridique", "statut", "legal form"],
    "municipality": ["municipality", "commune", "ville", "city", "addresslocality", "localite", "town", "nom commune"],
    "code": ["code insee", "insee", "code commune", "postalcode", "postal code", "code postal", "cp", "zip", "zip code",
             "postcode", "code", "departement", "dep", "code departement"],
    "latitude": ["latitude", "lat", "y wgs84", "geo latitude"],
    "longitude": ["longitude", "lon", "lng", "long", "x wgs84", "geo longitude"],
    "position": ["geo point 2d", "geo point", "coordonnees", "coordinates", "coordonnees gps", "geolocalisation", "latlng",
                 "position", "gps"],
    "website": ["website", "site web", "site", "url", "web", "site internet", "siteweb", "homepage", "lien"],
    "description": ["description", "presentation", "objet", "resume", "abstract", "short description", "activite",
                    "commitment"],
    "starts_on": ["date de creation", "creation", "created", "founded", "date creation", "depuis", "starts on", "from"],
    "ends_on": ["date de fermeture", "fermeture", "dissolution", "jusqu a", "ends on", "to", "date de fin"],
}  # fmt: skip
KINDS = [
    ("cooperative", r"\b(scic|scop|cae|cooperati\w+)\b"),
    ("foundation", r"\bfondation|foundation|fonds de dotation"),
    (
        "authority",
        r"\b(commune|mairie|metropole|departement|region|collectivite\w*|epci|communaute (de communes|d agglo\w*))\b|local auth",
    ),
    ("research", r"\b(laboratoire|universit\w+|recherche|research)\b"),
    ("network", r"\b(reseau|federation|union|network|pole)\b"),
    ("association", r"\b(association|asso|loi 1901)\b"),
    ("collective", r"\b(collectif|collective)\b"),
    ("company", r"\b(entreprise|societe|sarl|sas|sa|company|eurl)\b"),
]


def folded(text: str) -> str:
    """A name as it is compared: without capitals, accents and signs."""
    return " ".join(re.findall(r"[a-z0-9]+", fold(text)))


def open_table(data: bytes) -> Table:
    """A file as columns and lines. Raises NotAList: nothing of it can be taken then."""
    if len(data) > LARGEST:
        raise NotAList(Fault.TOO_LARGE)
    if not (text := decode(data).strip()):
        raise NotAList(Fault.EMPTY)
    if _is_binary(data, text):
        raise NotAList(Fault.BINARY)
    if text.startswith("<"):
        raise NotAList(Fault.MARKUP)
    script = re.match(r"(?:(?:var|let|const|export default)\s*[\w.]*\s*=?\s*)(?=[\[{])", text)
    if script or text[0] in "[{":
        return _table("JSON", *_from_json(text[script.end() :] if script else text))
    return _table("CSV", *_from_csv(text))


def _table(format: str, columns: list[str], rows: Iterable[Row]) -> Table:
    columns = list(dict.fromkeys(columns))
    lines = [[row.get(column, "")[:LONGEST] for column in columns] for row in rows]
    if not lines:
        raise NotAList(Fault.EMPTY)
    if len(lines) > MOST_LINES:
        raise NotAList(Fault.TOO_MANY)
    return Table(format, columns, lines)


def _is_binary(data: bytes, text: str) -> bool:
    signs = sum(1 for c in text[:4000] if c == "\ufffd" or (c < " " and c not in "\n\t\r"))
    return data.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")) or signs > len(text[:4000]) // 50


# From a file to lines ------------------------------------------------------------------------------------------------


def _from_csv(text: str) -> tuple[list[str], Iterator[Row]]:
    header = text.partition("\n")[0]
    separator = max(";,\t|", key=lambda sign: (header.count(sign), sign == ";"))
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error:
        raise NotAList(Fault.DAMAGED) from None
    columns = [name.strip() or f"{index + 1}" for index, name in enumerate(lines[0])]
    return columns, (dict(zip(columns, (one.strip() for one in line), strict=False)) for line in lines[1:] if any(line))


def _from_json(text: str) -> tuple[list[str], Iterator[Row]]:
    text = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE).rstrip().rstrip(";")
    try:
        content = json.loads(text, parse_constant=lambda _name: None)
    except (ValueError, RecursionError):
        raise NotAList(Fault.DAMAGED) from None
    things = _things(content)
    if not things:
        raise NotAList(Fault.NO_LIST)
    rows = [_flat(one) for one in things]
    return list(dict.fromkeys(column for row in rows for column in row)), iter(rows)


def _things(content: Any, depth: int = 0) -> list[dict[str, Any]]:
    """The list of things in a document: itself, or under the names that programs use for it."""
    if isinstance(content, list):
        return [one for one in content if isinstance(one, dict)]
    if not isinstance(content, dict) or depth > 3:
        return []
    if isinstance(content.get("layers"), list):  # uMap: one list a layer
        return [thing for layer in content["layers"] for thing in _things(layer, depth + 1)]
    for name in ("features", "data", "elements", "results", "records", "items", "actors", "organisations", "@graph"):
        if found := _things(content.get(name), depth + 1):
            return found
    return []


def _flat(thing: dict[str, Any]) -> Row:
    """A thing as one line: the names of what lies deeper are joined by points."""
    row: Row = {}
    geometry = thing.get("geometry")
    if isinstance(geometry, dict):
        corners = geometry.get("coordinates")
        if geometry.get("type") == "Point" and isinstance(corners, list) and len(corners) >= 2:
            row["longitude"], row["latitude"] = str(corners[0]), str(corners[1])
        its = thing.get("properties") if isinstance(thing.get("properties"), dict) else {}
        thing = {**({"id": thing["id"]} if "id" in thing else {}), **(its or {})}
    for key, value in thing.items():
        if isinstance(value, dict):
            for inner, its in value.items():
                if isinstance(its, str | int | float) and not isinstance(its, bool):
                    row.setdefault(f"{key}.{inner}", str(its))
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            row.setdefault(str(key), str(value))
    return row


# From lines to actors ------------------------------------------------------------------------------------------------


def guess(columns: list[str]) -> dict[str, str]:
    """Which column says what: by its name, or by its last part (`address.postalCode`). No column is taken twice."""
    found: dict[str, str] = {}
    for called in ({one: one for one in columns}, {one: one.rpartition(".")[2] for one in columns}):
        by_name: dict[str, str] = {}
        for column, name in called.items():
            by_name.setdefault(folded(name), column)
        for what, names in NAMES.items():
            free = (by_name[name] for name in names if name in by_name and by_name[name] not in found.values())
            if what not in found and (column := next(free, "")):
                found[what] = column
    return found


def reassigned(table: Table, told: Mapping[str, str]) -> dict[str, str]:
    """What is guessed of the columns, but for those that somebody spoke of: `told` says what each holds, or nothing.

    Raises NotAList when one of them is not in the table.
    """
    if missing := [column for column in told if column not in table.columns]:
        raise NotAList(Fault.NO_COLUMN, [*missing[:1], *table.columns[:12]])
    said = {what: column for column, what in told.items() if what}
    return {
        what: column for what, column in guess(table.columns).items() if what not in said and column not in told
    } | said


def understand(table: Table, mapping: Mapping[str, str]) -> Reading:
    """The actors in a table, where `mapping` says in which column what stands. Raises NotAList: there is none then."""
    if "name" not in mapping:
        raise NotAList(Fault.NO_NAME, table.columns[:12])
    where = {what: table.columns.index(column) for what, column in mapping.items()}
    reading = Reading([], dict(mapping), [one for one in table.columns if one not in mapping.values()])
    seen: set[str] = set()
    for line in table.lines:
        one = _actor({what: line[index] if index < len(line) else "" for what, index in where.items()})
        if one is None:
            reading.nameless += 1
        elif one.external_id in seen:
            reading.repeated += 1
        else:
            seen.add(one.external_id)
            reading.actors.append(one)
        if len(reading.actors) > MOST:
            raise NotAList(Fault.TOO_MANY)
    if not reading.actors:
        raise NotAList(Fault.EMPTY)
    return reading


def _actor(said: dict[str, str]) -> Listed | None:
    name = _line(said.get("name", ""), 160)
    if not folded(name):
        return None
    latitude, longitude = _point(said)
    municipality = _line(said.get("municipality", ""), 120)
    starts, ends = _day(said.get("starts_on", "")), _day(said.get("ends_on", ""))
    found: dict[str, Any] = {
        "kind": _kind(said.get("kind", "")),
        "code": _code(said.get("code", "")),
        "website": _address(said.get("website", "")),
        "starts_on": starts,
        "ends_on": ends,
    }
    refused = [(what, said[what]) for what, value in found.items() if said.get(what) and not value]
    if starts and ends and ends < starts:
        found["starts_on"] = found["ends_on"] = None
        refused.append(("dates", f"{said['starts_on']} – {said['ends_on']}"))
    where = ", ".join(said[what] for what in ("latitude", "longitude", "position") if said.get(what))
    if where and latitude is None:
        refused.append(("position", where))
    return Listed(
        external_id=_line(said.get("external_id", ""), 200) or f"{folded(name)} / {folded(municipality)}"[:200],
        name=name,
        municipality=municipality,
        latitude=latitude,
        longitude=longitude,
        description=_line(said.get("description", ""), 600),
        **found,
        refused=tuple((what, _line(words, 200) or words[:200]) for what, words in refused),
    )


def _line(text: str, longest: int) -> str:
    """One line of plain text: without tags, cut at a word."""
    text = html.unescape(re.sub(r"<[^<>]{0,500}>", " ", text)).replace("\x00", "")
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if len(text) <= longest:
        return text
    return text[: longest - 1].rpartition(" ")[0][: longest - 1].rstrip() + "…"


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def _point(said: dict[str, str]) -> tuple[float | None, float | None]:
    latitude, longitude = _number(said.get("latitude", "")), _number(said.get("longitude", ""))
    if latitude is None or longitude is None:
        pair = re.findall(r"-?\d+(?:\.\d+)?", said.get("position", ""))
        latitude, longitude = (float(pair[0]), float(pair[1])) if len(pair) == 2 else (None, None)
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None, None
    return (None, None) if latitude == longitude == 0 else (round(latitude, 6), round(longitude, 6))


def _code(text: str) -> str:
    text = re.sub(r"\s", "", text).upper()
    return f"0{text}" if re.fullmatch(r"\d{4}", text) else text if re.fullmatch(r"\d[\dAB]\d{0,3}", text) else ""


def _address(text: str) -> str:
    text = text.strip()
    if text and "://" not in text and re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", text):
        text = f"https://{text}"
    return text if re.fullmatch(r"https?://[^\s<>\"']{3,290}", text) else ""


def _kind(text: str) -> str:
    words = folded(text)
    return next((kind for kind, pattern in KINDS if re.search(pattern, words)), "") if words else ""


def _day(text: str) -> date | None:
    """A day as ISO 8601 or as the French write it; a year alone is its first day."""
    text = text.strip()
    if found := re.match(r"(\d{4})-(\d\d?)-(\d\d?)", text):
        year, month, day = (int(one) for one in found.groups())
    elif found := re.match(r"(\d\d?)/(\d\d?)/(\d{4})", text):
        day, month, year = (int(one) for one in found.groups())
    elif found := re.fullmatch(r"(\d{4})", text):
        year, month, day = int(found[1]), 1, 1
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
