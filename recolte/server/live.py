"""The live process: server-sent events that only say « something changed, look again ».

It holds the open connections, so that the web server's threads need not. Nothing of what people said passes here: a
page that hears its topic asks the web server, which checks the rights as always.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import django

from recolte.engine.sandbox import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recolte.settings")
if server := multiprocessing.parent_process():  # we are granian's worker: it would outlive a killed server
    die_with_parent(server.pid)
django.setup()

from asgiref.sync import sync_to_async  # noqa: E402 — the application needs Django's settings first
from django.conf import settings  # noqa: E402
from django.db import close_old_connections  # noqa: E402
from django.db.models import Max  # noqa: E402
from django.http.request import validate_host  # noqa: E402

from recolte.jobs.models import Job  # noqa: E402
from recolte.ui.live import read_topic  # noqa: E402

INTERVAL = 0.25  # seconds between two looks at the jobs
KEEP_ALIVE = 15.0  # seconds of silence after which a comment keeps proxies from hanging up

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@sync_to_async
def _changed(topic: str) -> object:
    close_old_connections()
    return Job.objects.filter(topic=topic).aggregate(last=Max("changed_at"))["last"]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    query = parse_qs(scope.get("query_string", b"").decode())
    topic = read_topic(query.get("topic", [""])[0])
    origin = dict(scope.get("headers", [])).get(b"origin", b"").decode()
    headers = [(b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
    if origin and validate_host(urlsplit(origin).hostname or "", settings.ALLOWED_HOSTS):
        headers.append((b"access-control-allow-origin", origin.encode()))
    if topic is None:
        await send({"type": "http.response.start", "status": 404, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    headers.append((b"content-type", b"text/event-stream; charset=utf-8"))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    gone = asyncio.ensure_future(_until_gone(receive))
    seen, silent = await _changed(topic), 0.0
    try:
        while not gone.done():
            await asyncio.sleep(INTERVAL)
            now = await _changed(topic)
            silent += INTERVAL
            if now != seen:
                seen, silent = now, 0.0
                await send({"type": "http.response.body", "body": b"data: changed\n\n", "more_body": True})
            elif silent >= KEEP_ALIVE:
                silent = 0.0
                await send({"type": "http.response.body", "body": b": still here\n\n", "more_body": True})
    finally:
        gone.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
