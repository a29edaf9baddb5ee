"""Sending the bytes of a medium, whole or in part (RFC 9110, section 14): what lets a player jump to a second."""

import hashlib
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import IO
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from recolte.sources import store

BLOCK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
SHOWN_INLINE = ("audio/", "video/", "image/")


def send(
    request: HttpRequest,
    community: UUID,
    sha256: str,
    *,
    size: int,
    media_type: str,
    name: str,
    may_change: bool = False,
) -> HttpResponseBase:
    """The stored bytes as a response: 200, 206 for one range, 304, or 416 for a range beyond the end. Where other bytes may
    come to stand at the same address (`may_change`), the browser asks each time whether its copy still holds.

    The caller has checked the reader's right. Several ranges at once are answered with the whole (allowed by the RFC).
    """
    kept = "private, no-cache" if may_change else "private, max-age=3600"
    return _send(request, lambda: store.open_file(community, sha256), sha256, size, media_type, name, kept)


def send_bytes(request: HttpRequest, content: bytes, *, media_type: str, name: str) -> HttpResponseBase:
    """Bytes that were made for this answer, sent like those of the store; the browser keeps no copy of them."""
    sha256 = hashlib.sha256(content).hexdigest()
    return _send(request, lambda: BytesIO(content), sha256, len(content), media_type, name, "private, no-store")


def _send(
    request: HttpRequest,
    open_content: Callable[[], IO[bytes]],
    sha256: str,
    size: int,
    media_type: str,
    name: str,
    kept: str,
) -> HttpResponseBase:
    etag = f'"{sha256}"'
    inline = media_type.startswith(SHOWN_INLINE) and media_type != "image/svg+xml"
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": kept,
        "X-Content-Type-Options": "nosniff",
        "Content-Type": media_type if inline else "application/octet-stream",
        "Content-Disposition": content_disposition_header(not inline, name) or "inline",
    }
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    span = _range(request, size, etag)
    start, end = span or (0, size)
    if start >= end:
        headers["Content-Range"] = f"bytes */{size}"
        return HttpResponse(status=416, headers=headers)
    status = 206 if span else 200
    headers["Content-Length"] = str(end - start)
    if status == 206:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    file = open_content()
    response = StreamingHttpResponse(_blocks(file, start, end), status=status, headers=headers)
    response._resource_closers.append(file.close)  # type: ignore[attr-defined]
    return response


def _range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """The bytes asked for, half-open, none of them beyond the end; None where no (valid, still true) range is asked."""
    match = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if not match or match.groups() == ("", "") or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, size) if last else size


def _blocks(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while start < end and (block := file.read(min(BLOCK, end - start))):
            start += len(block)
            yield block
