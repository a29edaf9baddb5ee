from pathlib import Path

import pytest

from recolte.engine import sandbox
from recolte.engine.dating import dated


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("IMG_20210916_143000.jpg", "2021-09-16T14:30:00"),
        ("VID_20210916_143000123.mp4", "2021-09-16T14:30:00"),
        ("2021-09-16 entretien.wav", "2021-09-16"),
        ("16-09-2021.mp3", "2021-09-16"),
        ("cours 12.03.2020.mp3", "2020-03-12"),
        ("PTT-20210916-WA0001.opus", "2021-09-16"),
        ("AUD-20210916-WA0012.m4a", "2021-09-16"),
        ("Recording_20210916143000.m4a", "2021-09-16T14:30:00"),
        ("Entretien du 16 septembre 2021.docx", "2021-09-16"),
        ("1er août 2020 à 14h30.mp3", "2020-08-01T14:30:00"),
        ("Réunion 3 février 2022.m4a", "2022-02-03"),
        ("Enregistrement 2021-09-16 à 14.30.00.m4a", "2021-09-16T14:30:00"),
        ("WhatsApp Audio 2021-09-16 at 14.30.55.ogg", "2021-09-16T14:30:55"),
    ],
)
def test_names_tell_dates(name: str, date: str) -> None:
    assert dated("/nowhere", name) == (date, "name")


@pytest.mark.parametrize(
    "name",
    [
        "entretien.mp3",
        "0612345678.mp3",
        "2021.mp3",
        "99-99-2021.mp3",
        "31-02-2021.mp3",
        "20990101.mp3",
        "19700101.mp3",
        "1.2.3.txt",
    ],
)
def test_other_numbers_are_no_dates(name: str) -> None:
    assert dated("/nowhere", name) is None


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("6_media_docs/photos_gps/DSCN0010.jpg", ("2008-10-22T16:28:39", "exif")),
        ("6_media_docs/photos_gps/BlueSquare.jpg", None),
        ("7_hostile/images_bad/33-type_error.jpg", ("2008-05-25T19:31:26", "exif")),
        ("2_audio_fr/browser_recordings/audio-sample-ios.m4a", ("2026-05-11T11:59:27Z", "media")),
        ("6_media_docs/audio_video_formats/fixture2.3gp", ("2018-02-07T15:15:30Z", "media")),
        ("6_media_docs/audio_video_formats/fixture.mov", ("2014-12-19T07:39:06+07:00", "media")),
        ("6_media_docs/audio_video_formats/fixture.3gp", None),
        ("6_media_docs/audio_video_formats/fixture.docx", None),
        ("6_media_docs/audio_tags/test.opus", None),
        ("2_audio_fr/browser_recordings/audio-sample-android-chrome.webm", None),
    ],
)
def test_real_files_tell_dates(data: Path, file: str, expected: tuple[str, str] | None) -> None:
    assert dated(str(data / file), "sans date") == expected


@pytest.mark.usefixtures("sandboxed")
def test_the_data_of_a_photo_is_believed_before_its_name(data: Path) -> None:
    photo = str(data / "6_media_docs/photos_gps/DSCN0012.jpg")
    assert sandbox.call("recolte.engine.dating:dated", photo, "IMG_20210916.jpg") == ["2008-10-22T16:29:49", "exif"]
