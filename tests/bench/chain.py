"""Codings: opening a transcript that holds many, adding one to a long text, walking the whole chain."""

import hashlib
import random
import time

from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings

from recolte.coding.actions import code_passage, make_code, uncode
from recolte.coding.models import Code, Coding, Excerpt
from recolte.engine.turns import Turn
from recolte.journal.models import Event
from recolte.journal.verifying import verify
from recolte.sources.models import Source
from recolte.transcripts.actions import add_turns, changed
from recolte.transcripts.models import Origin, Transcript
from tests.bench.long import two_hours
from tests.bench.pages import cost_of_tabs
from tests.bench.timing import cpu_ms, table
from tests.world import World, bring, tone


def _transcript(world: World, name: str, turns: list[Turn]) -> Transcript:
    folder = settings.DATA / "chain"
    folder.mkdir(exist_ok=True)
    seconds = 1 + len(Source.objects.all())  # each file its own bytes
    source = bring(world, name, tone(seconds), folder)
    source.transcripts.all().delete()
    transcript = Transcript.objects.create(
        community=world.community, source=source, origin=Origin.MACHINE, language="fr", is_complete=True
    )
    add_turns(transcript, turns)
    changed(transcript)
    return transcript


def _code(world: World, transcript: Transcript, codes: list[Code], count: int) -> None:
    """`count` codings of one to twenty words at random, with what the journal says of each: as if made one by one."""
    chance, text = random.Random(7), transcript.text
    excerpts, codings = [], []
    for _ in range(count):
        start = text.rindex(" ", 0, chance.randrange(10, len(text) - 200)) + 1
        end = text.index(" ", start + chance.randrange(5, 120))
        quote = text[start:end]
        excerpt = Excerpt(
            community=world.community,
            source=transcript.source,
            transcript=transcript,
            start=start,
            end=end,
            quote=quote,
            prefix=text[max(0, start - 32) : start],
            suffix=text[end : end + 32],
            start_ms=0,
            end_ms=1000,
            by=world.bruno,
        )
        excerpts.append(excerpt)
        codings.append(Coding(community=world.community, excerpt=excerpt, code=chance.choice(codes), by=world.bruno))
    Excerpt.objects.bulk_create(excerpts, batch_size=500)
    Coding.objects.bulk_create(codings, batch_size=500)
    told = [("excerpt.made", one, {"sha256": hashlib.sha256(one.quote.encode()).hexdigest()}) for one in excerpts]
    told += [("coding.created", one, {"excerpt": str(one.excerpt_id), "code": str(one.code_id)}) for one in codings]
    Event.objects.bulk_create(
        (
            Event(
                verb=verb,
                subject=one._meta.label_lower,
                subject_id=str(one.pk),
                community_id=world.community.pk,
                data=data,
            )
            for verb, one, data in told
        ),
        batch_size=500,
    )


@override_settings(SPEECH_MODEL="fake", ALLOWED_HOSTS=["*"])
def measure(world: World) -> str:
    codes = [make_code(world.community, f"code {number}", by=world.bruno) for number in range(12)]
    return "\n\n".join([_opening(world, codes), _adding(world, codes[0]), _walking(world, codes)])


def _opening(world: World, codes: list[Code]) -> str:
    client: Client = world.client("amina")
    rows: list[list[object]] = []
    pages = []
    for count in (0, 600, 5000):
        transcript = _transcript(world, f"codages-{count}.wav", two_hours())
        _code(world, transcript, codes, count)
        url = transcript.source.get_absolute_url()
        costs = []
        for _ in range(7):
            # Another coding, elsewhere in the text: what is cached about this page has to be made again.
            with transaction.atomic():
                coding = code_passage(transcript, 5, 30, codes[0], by=world.bruno)
            costs.append(cpu_ms(lambda url=url: client.get(url), 1))  # type: ignore[misc]
            uncode(coding, by=world.bruno)
        first = sorted(costs)[3]
        again = cpu_ms(lambda url=url: client.get(url))  # type: ignore[misc]
        size = len(client.get(url).content) // 1024
        name = f"{count:,} codings" + ("" if count else " (baseline)")
        rows.append([name, size, first, again, again / (rows[0][3] if rows else again)])  # type: ignore[operator]
        pages.append((name, url))
    return (
        "Opening a two-hour transcript (18,000 words, 1,500 turns) with codings. Server, median of 7 and 15 runs:\n\n"
        + table(["page", "kB of HTML", "CPU ms after a change", "CPU ms again", "ratio"], rows)
        + "\n\nBrowser (headless Chromium, real server, 5 runs each):\n\n"
        + cost_of_tabs(world, pages)
    )


def _adding(world: World, code: Code) -> str:
    """One more coding: the action itself, its request and the part of the page that it answers with."""
    client: Client = world.client("bruno")
    rows: list[list[object]] = []
    for size in (60_000, 1_000_000):
        turns: list[Turn] = []
        while sum(len(turn.text) + 1 for turn in turns) < size:
            turns += two_hours()[:100]
        transcript = _transcript(world, f"long-{size}.wav", turns)
        text = transcript.text
        length = len(text)
        middle = length // 2
        at = iter(range(middle, middle + 100_000, 7))

        def act(transcript: Transcript = transcript, at: object = at) -> None:
            start = next(at)  # type: ignore[call-overload]
            code_passage(transcript, start, start + 40, code, by=world.bruno)

        cost = cpu_ms(act, 60)
        url = f"/transcriptions/{transcript.pk}/coder/"

        def ask(at: object = at, url: str = url, text: str = text) -> None:
            start = next(at)  # type: ignore[call-overload]
            facts = {"start": start, "end": start + 40, "quote": text[start : start + 40], "code": code.pk}
            answer = client.post(url, facts, headers={"HX-Request": "true"})
            assert answer.status_code == 200, answer.status_code

        asked = cpu_ms(ask, 30)
        base = rows[0] if rows else ["", 0, cost, 1.0, asked]
        rows.append([f"{length:,} characters", len(turns), cost, cost / base[2], asked, asked / base[4]])  # type: ignore[operator]
    return "Adding a coding, in the middle of a text, median of 60 and 30:\n\n" + table(
        ["text", "turns", "CPU ms of the action", "ratio", "CPU ms of the request", "ratio"], rows
    )


def _walking(world: World, codes: list[Code]) -> str:
    transcript = _transcript(world, "cent-mille.wav", two_hours())
    _code(world, transcript, codes, 100_000)
    began = time.perf_counter()
    rows = list(Excerpt.objects.values_list("pk", "start", "end", "quote"))
    reading = time.perf_counter() - began
    began = time.perf_counter()
    walks = list(verify())
    walked = time.perf_counter() - began
    broken = sum(len(walk.broken) for walk in walks)
    seen = sum(walk.seen for walk in walks)
    return (
        f"`recolte verify` on {len(rows):,} passages with as many codings ({seen:,} links, {broken} broken):\n\n"
        + table(
            ["what", "s", "ratio"],
            [
                ["reading the passages from the database (baseline)", reading, 1.0],
                ["walking the whole chain", walked, walked / reading],
            ],
        )
    )
