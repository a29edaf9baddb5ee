"""Sending the bytes of a medium, whole or in part (RFC 9110, section 14)."""

import hashlib

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recolte.sources import store
from recolte.sources.models import Kind, Source
from tests.world import World, kept

CONTENT = bytes(range(256)) * 4  # 1024 bytes, none like its neighbour
ETAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'


@pytest.fixture
def recording(world: World) -> Source:
    return kept(world, "entretien d’été.wav", content=CONTENT)


def _get(client: Client, source: Source, **headers: str) -> tuple[int, str | None, bytes]:
    """(status, Content-Range, bytes), once the length that was announced has been checked."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    response = client.get(f"/recueil/{source.pk}/original/", headers=names)
    content = b"".join(response)
    if response.status_code in (200, 206):
        assert response["Content-Length"] == str(len(content))
    return response.status_code, response.get("Content-Range"), content


def test_without_a_range_the_whole_is_sent(amina: Client, recording: Source) -> None:
    assert _get(amina, recording) == (200, None, CONTENT)


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=500-599", 500, 600),
        ("bytes=1000-", 1000, 1024),
        ("bytes=0-", 0, 1024),
        ("bytes=-24", 1000, 1024),
        ("bytes=-5000", 0, 1024),
        ("bytes=1000-9999", 1000, 1024),
        ("bytes=1023-1023", 1023, 1024),
        ("bytes= 5 - 9", 5, 10),
    ],
)
def test_a_range_is_sent_alone(amina: Client, recording: Source, asked: str, start: int, end: int) -> None:
    expected = (206, f"bytes {start}-{end - 1}/1024", CONTENT[start:end])
    assert _get(amina, recording, Range=asked) == expected


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=1024-2000", "bytes=9999-99999", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused(amina: Client, recording: Source, asked: str) -> None:
    assert _get(amina, recording, Range=asked) == (416, "bytes */1024", b"")


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-9,20-29",  # several ranges: the RFC allows to send the whole
        "bytes=20-10",
        "bytes=2000-10",
        "bytes=-",
        "bytes=",
        "bytes=a-b",
        "bytes=--5",
        "seconds=0-9",
        "",
        f"bytes={'9' * 5000}-",
        "bytes=٣-٥",
    ],
)
def test_what_is_no_single_range_gets_the_whole(amina: Client, recording: Source, asked: str) -> None:
    assert _get(amina, recording, Range=asked) == (200, None, CONTENT)


def test_a_range_is_sent_only_if_the_file_is_still_the_same(amina: Client, recording: Source) -> None:
    assert _get(amina, recording, Range="bytes=1-2", If_Range=ETAG) == (206, "bytes 1-2/1024", CONTENT[1:3])
    for other in ('"another"', f"W/{ETAG}", "Wed, 21 Oct 2015 07:28:00 GMT"):
        assert _get(amina, recording, Range="bytes=1-2", If_Range=other) == (200, None, CONTENT)


def test_what_the_browser_has_is_not_sent_again(amina: Client, recording: Source) -> None:
    assert _get(amina, recording, If_None_Match=ETAG) == (304, None, b"")
    assert _get(amina, recording, If_None_Match=ETAG, Range="bytes=0-9") == (304, None, b"")
    assert _get(amina, recording, If_None_Match='"another"') == (200, None, CONTENT)


@pytest.mark.parametrize(("asked", "status", "length"), [("", 200, "1024"), ("bytes=10-19", 206, "10")])
def test_head_tells_without_sending(amina: Client, recording: Source, asked: str, status: int, length: str) -> None:
    response = amina.head(f"/recueil/{recording.pk}/original/", headers={"Range": asked})
    assert (response.status_code, response["Content-Length"], response.content) == (status, length, b"")
    assert (response["ETag"], response["Accept-Ranges"]) == (ETAG, "bytes")


def test_a_medium_is_shown_and_a_document_is_saved(world: World, amina: Client, recording: Source) -> None:
    document = kept(world, "page.md", Kind.DOCUMENT, content=b"<script>alert(1)</script>")
    photo = kept(world, "cour.jpg", Kind.PHOTO)
    Source.objects.filter(pk=photo.pk).update(media_type="image/svg+xml")
    sent = {}
    for source in (recording, document, photo):
        response = amina.get(f"/recueil/{source.pk}/original/")
        list(response)
        names = ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Cache-Control")
        sent[source.name] = [response[name] for name in names]
    for_the_reader_alone = ["nosniff", "private, max-age=3600"]
    saved = "application/octet-stream"
    assert sent == {
        recording.name: [
            "audio/wav",
            "inline; filename*=utf-8''entretien%20d%E2%80%99%C3%A9t%C3%A9.wav",
            *for_the_reader_alone,
        ],
        "page.md": [saved, 'attachment; filename="page.md"', *for_the_reader_alone],
        "cour.jpg": [saved, 'attachment; filename="cour.jpg"', *for_the_reader_alone],
    }


def test_a_rendition_is_sent_in_parts_as_well(amina: Client, recording: Source) -> None:
    made = recording.renditions.get(role="listening")
    with store.open_file(recording.community_id, made.sha256) as file:
        content = file.read()
    response = amina.get(f"/recueil/{recording.pk}/listening/", headers={"Range": "bytes=3-7"})
    assert (response.status_code, b"".join(response)) == (206, content[3:8])
    assert response["Content-Type"] == "audio/webm"
    assert response["Content-Disposition"] == "inline; filename*=utf-8''entretien%20d%E2%80%99%C3%A9t%C3%A9.webm"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.none() | st.integers(0, 2000), last=st.none() | st.integers(0, 2000))
def test_the_bytes_are_those_of_the_file(amina: Client, recording: Source, first: int | None, last: int | None) -> None:
    asked = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    status, told, content = _get(amina, recording, Range=asked)
    if first is None:
        expected = CONTENT[-last:] if last else b""
    else:
        expected = CONTENT[first : None if last is None else last + 1]
    if (first is None and last is None) or (first is not None and last is not None and last < first):
        assert (status, told, content) == (200, None, CONTENT)
    elif expected:
        assert (status, content) == (206, expected)
    else:
        assert (status, told, content) == (416, "bytes */1024", b"")
