"""Photos: drawn here, so that they show nobody and bear the days of their gathering; each with what the moment was."""

from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import ExifTags, Image, ImageDraw

from recolte.gatherings.models import Gathering
from recolte.server.demo.story import Facts, Telling, user
from recolte.sources.actions import open_deposit, place_in_sessions, receive, say_who_is_seen, tell_moment

SIZE = 800, 600  # what the story counts in
FINER = 2


def bring(gathering: Gathering, told: Facts) -> None:
    deposit = open_deposit(gathering, by=user(told["by"]), agreed=told["agreed"], resume=True)
    assert gathering.starts_on is not None
    with TemporaryDirectory() as folder:
        path = Path(folder) / told["name"]
        _draw(path, told, gathering.starts_on + timedelta(days=told["day"] - 1))
        receive(deposit, path, told["name"])


def tell(telling: Telling) -> None:
    for told in telling.all("photos"):
        gathering = telling.gathering(told["gathering"])
        photo = gathering.sources.get(name=told["name"])
        tell_moment(photo, told["moment"], by=telling.amina)
        say_who_is_seen(photo, [telling.people[name] for name in told.get("seen", [])], by=telling.amina)
        place_in_sessions({photo: gathering.sessions.get(title=told["session"])}, by=telling.amina)


def _draw(path: Path, told: Facts, on: date) -> None:
    """Shapes on a ground, as [shape, colour, coordinates…]; taken `on` that day, at the hour told, where the gathering is."""
    image = Image.new("RGB", (SIZE[0] * FINER, SIZE[1] * FINER), told["ground"])
    pen = ImageDraw.Draw(image)
    for shape, colour, *corners in told["shapes"]:
        getattr(pen, shape)([FINER * one for one in corners], fill=colour)
    exif = Image.Exif()
    taken = f"{datetime.combine(on, told['at']):%Y:%m:%d %H:%M:%S}"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    image.save(path, "JPEG", quality=88, exif=exif)
