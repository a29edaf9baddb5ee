"""When a file was made, as far as it tells: in its data, else in its name."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePath

OLDEST = 1950  # no recorder had a clock; 1904, 1970 and 1980 are clocks that were never set
UNSET = frozenset({date(1904, 1, 1), date(1970, 1, 1), date(1980, 1, 1), date(2000, 1, 1)})
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv january jan",
            "février fevrier févr fev february feb",
            "mars march mar",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "août aout august aug",
            "septembre sept september sep",
            "octobre oct october",
            "novembre nov november",
            "décembre decembre déc dec december",
        ),
        1,
    )
    for name in names.split()
}
_CLOCK = r"(?:[-_ T.àat]{0,4}(?P<h>[01]\d|2[0-3])[-_:.h]?(?P<min>[0-5]\d)(?:[-_:.m]?(?P<s>[0-5]\d)(?:\d{3})?)?(?!\d))?"
NAMES = [
    re.compile(
        rf"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<sep>[-_. ]?)(?P<m>0[1-9]|1[0-2])(?P=sep)(?P<d>0[1-9]|[12]\d|3[01]){_CLOCK}(?!\d)"
    ),
    re.compile(
        rf"(?<!\d)(?P<d>0?[1-9]|[12]\d|3[01])(?P<sep>[-_. ])(?P<m>0?[1-9]|1[0-2])(?P=sep)(?P<y>(?:19|20)\d\d)(?!\d){_CLOCK}"
    ),
    re.compile(
        rf"(?<!\d)(?P<d>0?[1-9]|[12]\d|3[01])(?:er)?[-_. ](?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})[-_. ]+(?P<y>(?:19|20)\d\d)(?!\d){_CLOCK}",
        re.IGNORECASE,
    ),
]


def dated(path: str, name: str) -> tuple[str, str] | None:
    """(ISO 8601 date or date and time, origin) of the file at `path` called `name`, or None when nothing tells.

    The origin is `exif`, `media` or `name`. A time without offset is local to the place; `Z` marks UTC. A date in a
    name often has no time. Dates before 1950, in the future, or of a clock never set are not believed.
    """
    for origin, dates in (("exif", _exif(path)), ("media", _media(path)), ("name", _name(name))):
        for found in dates:
            if _believable(found):
                return _iso(found), origin
    return None


def named(name: str) -> tuple[str, str] | None:
    """Like `dated`, by the name alone: nothing is opened."""
    return next(((_iso(found), "name") for found in _name(name) if _believable(found)), None)


def _believable(found: date) -> bool:
    day = found.date() if isinstance(found, datetime) else found
    # Tomorrow is already today further east.
    return day.year >= OLDEST and day not in UNSET and day <= datetime.now(UTC).date() + timedelta(days=1)


def _iso(found: date) -> str:
    return found.isoformat().replace("+00:00", "Z")


def _exif(path: str) -> Iterator[datetime]:
    import pillow_heif  # noqa: PLC0415 — slow to import, and a name needs none of it
    from PIL import ExifTags, Image  # noqa: PLC0415

    pillow_heif.register_heif_opener()
    # Any error: a photo without readable EXIF has no date, whichever way it is broken.
    with suppress(Exception), Image.open(path) as image:
        exif = image.getexif()
        details = exif.get_ifd(ExifTags.IFD.Exif)
        for value, offset in (
            (details.get(ExifTags.Base.DateTimeOriginal), details.get(ExifTags.Base.OffsetTimeOriginal)),
            (details.get(ExifTags.Base.DateTimeDigitized), details.get(ExifTags.Base.OffsetTimeDigitized)),
        ):
            match = re.match(r"(\d{4})[:-](\d\d)[:-](\d\d) (\d\d:\d\d:\d\d)", str(value))
            if match:
                zone = offset if re.fullmatch(r"[+-]\d\d:\d\d", str(offset)) else ""
                yield datetime.fromisoformat(f"{match[1]}-{match[2]}-{match[3]}T{match[4]}{zone}")


def _media(path: str) -> Iterator[date]:
    from recolte.engine.audio import open_container  # noqa: PLC0415 — see above

    with suppress(Exception), open_container(path) as container:
        tags = {key.lower(): value for key, value in container.metadata.items()}
        # Apple's own has the offset of the place.
        for key in ("com.apple.quicktime.creationdate", "creation_time", "date", "creation_date", "date_recorded"):
            with suppress(ValueError):
                yield _tag(tags.get(key, ""))


def _tag(value: str) -> date:
    value = re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", value.strip())
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return date.fromisoformat(value)
    found = datetime.fromisoformat(value).replace(microsecond=0)
    return found.astimezone(UTC) if value.endswith("Z") else found


def _name(name: str) -> Iterator[date]:
    stem = PurePath(name).stem
    for pattern in NAMES:
        for match in pattern.finditer(stem):
            part = match.groupdict()
            month = int(part["m"]) if part.get("m") else MONTHS[part["month"].lower()]
            with suppress(ValueError):
                if part["h"] and part["min"]:
                    yield datetime(
                        int(part["y"]), month, int(part["d"]), int(part["h"]), int(part["min"]), int(part["s"] or 0)
                    )
                else:
                    yield date(int(part["y"]), month, int(part["d"]))
