from pathlib import Path

import pytest
from PIL import Image

from recolte.engine import pictures
from recolte.engine.pictures import clean
from recolte.engine.problems import Problem, Unreadable


def saved(folder: Path, image: Image.Image, name: str, **options: object) -> str:
    path = folder / name
    image.save(path, **options)  # type: ignore[arg-type]
    return str(path)


def test_real_photos_keep_nothing_but_their_pixels(data: Path, tmp_path: Path) -> None:
    files = [*(data / "6_media_docs/photos_gps").iterdir(), *(data / "7_hostile/images_bad").iterdir()]
    files.append(data / "6_media_docs/audio_video_formats/fixture-mif1.heic")
    out = tmp_path / "out.webp"
    for file in files:
        size = clean(str(file), str(out), side=400)
        content = out.read_bytes()
        assert not [
            mark for mark in (b"Exif", b"EXIF", b"GPS", b"XMP", b"xmp", b"ICCP", b"Photoshop") if mark in content
        ]
        with Image.open(out) as image:
            assert (image.format, image.size) == ("WEBP", (size["width"], size["height"]))
            assert dict(image.getexif()) == {}
        assert max(size.values()) <= 400
    assert len(files) == 14


@pytest.mark.parametrize(
    ("name", "wide"), [("landscape_6", True), ("landscape_8", True), ("portrait_6", False), ("portrait_8", False)]
)
def test_photos_stand_upright(data: Path, tmp_path: Path, name: str, wide: bool) -> None:
    size = clean(str(data / f"6_media_docs/photos_gps/{name}.jpg"), str(tmp_path / "out.webp"))
    assert (size["width"] > size["height"]) == wide


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_orientation_brings_the_same_corner_to_the_top_left(tmp_path: Path, orientation: int) -> None:
    upright = Image.new("RGB", (60, 40), "blue")
    upright.paste("red", (0, 0, 30, 20))
    undo = {
        6: Image.Transpose.ROTATE_90,
        8: Image.Transpose.ROTATE_270,
        **{n: pictures.TURNS[n] for n in (2, 3, 4, 5, 7)},
    }
    stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(tmp_path, stored, "a.jpg", exif=exif)
    assert clean(path, str(tmp_path / "out.webp")) == {"width": 60, "height": 40}
    with Image.open(tmp_path / "out.webp") as image:
        red, _, blue = image.convert("RGB").getpixel((8, 8))  # type: ignore[misc]
        assert red > 200 > 100 > blue


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("RGBA", "a.png"),
        ("LA", "a.png"),
        ("P", "a.gif"),
        ("1", "a.png"),
        ("I;16", "a.png"),
        ("CMYK", "a.tiff"),
        ("L", "a.jpg"),
    ],
)
def test_every_mode_of_picture_is_written(tmp_path: Path, mode: str, name: str) -> None:
    path = saved(tmp_path, Image.new(mode, (300, 100)), name)
    assert clean(path, str(tmp_path / "out.webp"), side=150) == {"width": 150, "height": 50}


def test_transparency_and_comments(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("RGBA", (20, 20), (255, 0, 0, 0)), "a.png")
    clean(path, str(tmp_path / "out.webp"))
    with Image.open(tmp_path / "out.webp") as image:
        assert image.mode == "RGBA"
    clean(saved(tmp_path, Image.new("RGB", (20, 20)), "a.jpg", comment=b"chez Amina"), str(tmp_path / "out.webp"))
    assert b"Amina" not in (tmp_path / "out.webp").read_bytes()


def test_broken_pictures_are_refused(data: Path, tmp_path: Path) -> None:
    whole = (data / "6_media_docs/photos_gps/DSCN0010.jpg").read_bytes()
    for content in (whole[:40_000], b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n" + bytes(50), b"bonjour", b""):
        (tmp_path / "a.jpg").write_bytes(content)
        with pytest.raises(Unreadable) as error:
            clean(str(tmp_path / "a.jpg"), str(tmp_path / "out.webp"))
        assert error.value.problem == Problem.DAMAGED
    assert not (tmp_path / "out.webp").exists()


def test_bombs_are_refused_before_they_are_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10_000)
    for side in (120, 1000):  # a warning for Pillow, then an error
        path = saved(tmp_path, Image.new("1", (side, side)), "a.png")
        with pytest.raises(Unreadable) as error:
            clean(path, str(tmp_path / "out.webp"))
        assert error.value.problem == Problem.TOO_LARGE
