"""Bringing in what a visit brought back: receive a file, look into it, agree to its use."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from recolte.community.models import User
from recolte.consent.actions import attest
from recolte.consent.models import Attestation
from recolte.engine import sandbox
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.recognise import Recognised, recognise
from recolte.gatherings.models import Gathering
from recolte.jobs import actions as jobs
from recolte.jobs.actions import Running
from recolte.journal.actions import record
from recolte.sources import store
from recolte.sources.models import Deposit, Kind, Refusal, Rendition, Source, State

Hook = Callable[[Source], None]
_on_ready: list[Hook] = []
_on_agreed: list[Hook] = []


def on_ready(hook: Hook) -> Hook:
    """Register what a later stage does, in the same transaction, when a source has been looked into."""
    _on_ready.append(hook)
    return hook


def on_agreed(hook: Hook) -> Hook:
    """Register what a later stage does when recording and transcribing a source were attested to be agreed."""
    _on_agreed.append(hook)
    return hook


def open_deposit(gathering: Gathering, *, by: User, agreed: str = "", resume: bool = False) -> Deposit:
    """Begin to bring things to `gathering`. `agreed` attests that recording and transcribing were agreed.

    With `resume`, a deposit of the same person, for the same gathering, under the same attestation goes on.
    """
    attestation = attest(gathering.community, agreed, by=by) if agreed else None
    if resume:
        earlier = Deposit.objects.filter(gathering=gathering, by=by, attestation=attestation).first()
        if earlier:
            return earlier
    return Deposit.objects.create(community=gathering.community, gathering=gathering, by=by, attestation=attestation)


def receive(deposit: Deposit, path: Path, name: str, *, modified: float | None = None) -> Source | Refusal:
    """Take in the file at `path`, called `name`: kept once under its sha256, then looked into by a job.

    What cannot come in is a `Refusal` that says why. `modified` is the file's own date (seconds since 1970, UTC).
    """
    name = Path(name).name[-255:] or "?"
    try:
        recognised = recognise(str(path), name)
        kept = store.put_file(deposit.community_id, path)
        with transaction.atomic():
            source, created = _keep(deposit, name, recognised, kept, modified)
            Refusal.objects.filter(deposit=deposit, name=name).delete()
            if created:
                record("source.received", source, by=deposit.by, sha256=source.sha256, kind=source.kind)
                look_into(source, by=deposit.by)
            elif deposit.attestation and not source.is_agreed:
                _agree([source], deposit.attestation)
    except Unreadable as error:
        return _refuse(deposit, name, error.problem)
    return source


def _keep(
    deposit: Deposit, name: str, recognised: Recognised, kept: store.Kept, modified: float | None
) -> tuple[Source, bool]:
    facts = {
        "community": deposit.community,
        "deposit": deposit,
        "attestation": deposit.attestation,
        "kind": recognised.kind,
        "name": name,
        "size": kept.size,
        "format": recognised.format,
        "media_type": recognised.media_type,
        "dated_at": datetime.fromtimestamp(modified, UTC) if modified else None,
        "dated_by": "file" if modified else "",
    }
    return Source.objects.get_or_create(gathering=deposit.gathering, sha256=kept.sha256, defaults=facts)


def _refuse(deposit: Deposit, name: str, problem: Problem) -> Refusal:
    refusal, created = Refusal.objects.update_or_create(
        deposit=deposit, name=name, defaults={"problem": problem, "community": deposit.community}
    )
    if created:
        record("source.refused", refusal, by=deposit.by, problem=str(problem))
    return refusal


def look_into(source: Source, *, by: User | None) -> None:
    """Queue the job that reads the source: sound, words or picture."""
    jobs.start("sources.prepare", source.pk, community=source.community, by=by, topic=source.gathering_id)


def prepare(source: Source, running: Running) -> dict[str, Any]:
    """Read a received source in a child process, keep what shows or plays it, and tell the later stages."""
    running.stage("reading")
    found: dict[str, Any] = {}
    try:
        with store.on_disk(source.community_id, source.sha256) as path, store.working_folder() as folder:
            made = _PREPARE[Kind(source.kind)](source, path, folder, found)
            date = sandbox.call("recolte.engine.dating:dated", str(path), source.name)
            renditions = [
                Rendition(
                    community=source.community,
                    source=source,
                    role=role,
                    media_type=media_type,
                    **store.put_file(source.community_id, file)._asdict(),
                )
                for role, file, media_type in made
            ]
        found["state"] = State.DAMAGED if found.get("problem") else State.READY
        if date:
            found |= {"dated_at": _moment(date[0], source.gathering.time_zone), "dated_by": date[1]}
        with running.step():
            source.renditions.all().delete()
            Rendition.objects.bulk_create(renditions)
            _become(source, found)
            for hook in _on_ready:
                hook(source)
    except Unreadable as error:
        if error.problem in (Problem.DISK_FULL, Problem.NO_PERMISSION):
            raise  # the house's fault, not the file's: the job fails and can be started again
        with running.step():
            _become(source, {"state": State.UNREADABLE, "problem": str(error.problem)})
    return {"state": source.state, "problem": source.problem}


def _become(source: Source, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(source, name, value)
    source.save(update_fields=list(facts))
    record("source.read", source, by=None, state=source.state)


Made = list[tuple[Rendition.Role, Path, str]]


def _prepare_recording(source: Source, path: Path, folder: Path, found: dict[str, Any]) -> Made:
    listening, peaks = folder / "listening.webm", folder / "peaks.json"
    # An hour of sound takes some twenty seconds; a hostile file must not hold the worker for ever.
    seconds = 120 + source.size / 200_000
    heard = sandbox.call("recolte.engine.audio:prepare", str(path), None, str(listening), seconds=seconds)
    found["duration_ms"] = heard["duration_ms"]
    found["problem"] = "partly_read" if heard["damaged"] else ""
    peaks.write_text(
        json.dumps({name: heard[name] for name in ("duration_ms", "peaks_per_second", "peaks")}, separators=(",", ":"))
    )
    return [
        (Rendition.Role.LISTENING, listening, "audio/webm"),
        (Rendition.Role.PEAKS, peaks, "application/json"),
    ]


def _prepare_document(source: Source, path: Path, folder: Path, found: dict[str, Any]) -> Made:
    found["blocks"] = sandbox.call("recolte.engine.documents:read", str(path), source.format)
    return []


def _prepare_photo(source: Source, path: Path, folder: Path, found: dict[str, Any]) -> Made:
    picture, thumbnail = folder / "picture.webp", folder / "thumbnail.webp"
    shown = sandbox.call("recolte.engine.pictures:clean", str(path), str(picture), 2000)
    sandbox.call("recolte.engine.pictures:clean", str(path), str(thumbnail), 480)
    found |= {"width": shown["width"], "height": shown["height"]}
    return [
        (Rendition.Role.PICTURE, picture, "image/webp"),
        (Rendition.Role.THUMBNAIL, thumbnail, "image/webp"),
    ]


def _prepare_transcript(source: Source, path: Path, folder: Path, found: dict[str, Any]) -> Made:
    return []  # its words are read by the stage of transcripts, once the source is ready


_PREPARE: dict[Kind, Callable[[Source, Path, Path, dict[str, Any]], Made]] = {
    Kind.RECORDING: _prepare_recording,
    Kind.DOCUMENT: _prepare_document,
    Kind.PHOTO: _prepare_photo,
    Kind.TRANSCRIPT: _prepare_transcript,
}


def _moment(text: str, time_zone: str) -> datetime:
    """An ISO date as a moment; one without an offset was read on a clock at the place of the gathering."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(time_zone))


@transaction.atomic
def agree(sources: Iterable[Source], statement: str, *, by: User) -> Attestation | None:
    """Attest that recording and transcribing these sources were agreed: they become the community's."""
    waiting: dict[Any, list[Source]] = defaultdict(list)
    for source in sources:
        if not source.is_agreed:
            waiting[source.community].append(source)
    attestation = None
    for community, those in waiting.items():
        attestation = attest(community, statement, by=by)
        _agree(those, attestation)
    return attestation


def _agree(sources: list[Source], attestation: Attestation) -> None:
    for source in sources:
        source.attestation = attestation
        source.save(update_fields=["attestation"])
        record("source.agreed", source, by=attestation.by, attestation=str(attestation.pk))
        for hook in _on_agreed:
            hook(source)
