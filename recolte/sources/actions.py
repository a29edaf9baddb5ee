"""Bringing in what a visit brought back: receive a file, look into it, agree to its use."""

import logging
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recolte.community.actions import site_address
from recolte.community.models import Person, User
from recolte.community.people import find_or_make_person
from recolte.consent.actions import agree_to, attest
from recolte.consent.models import Attestation, Consent, Purpose
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.recognise import Recognised, recognise
from recolte.gatherings.models import Gathering, Session
from recolte.jobs import actions as jobs
from recolte.jobs.actions import Running
from recolte.jobs.crashpoints import crashpoint
from recolte.journal.actions import record
from recolte.sources import store
from recolte.sources.looking import look
from recolte.sources.models import SPOKEN, Deposit, DepositDoor, Kind, Refusal, Rendition, Source, State
from recolte.sources.rules import speaks_for_themselves, why_no_deposit

TICKED = (Purpose.RECORD, Purpose.TRANSCRIBE, Purpose.GROUP)
_doors = signing.Signer(salt="deposit-door")

logger = logging.getLogger(__name__)

STRANGE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

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


def open_deposit(
    gathering: Gathering, *, by: User, agreed: str = "", language: str = "fr", credit: str = "", resume: bool = False
) -> Deposit:
    """Begin to bring things to `gathering`. `agreed` attests that recording and transcribing were agreed; `language`
    is the one spoken (BCP 47, empty = to be guessed); `credit` names whom to name, and the licence, of what others made.

    With `resume`, a deposit of the same person, for the same gathering, under the same attestation goes on.
    """
    attestation = attest(gathering.community, agreed, by=by) if agreed else None
    if resume:
        earlier = Deposit.objects.filter(
            gathering=gathering, by=by, attestation=attestation, language=language, credit=credit
        ).first()
        if earlier:
            return earlier
    return Deposit.objects.create(
        community=gathering.community,
        gathering=gathering,
        by=by,
        attestation=attestation,
        language=language,
        credit=credit,
    )


def receive(deposit: Deposit, path: Path, name: str, *, modified: float | None = None) -> Source | Refusal:
    """Take in the file at `path`, called `name`: kept once under its sha256, then looked into by a job.

    What cannot come in is a `Refusal` that says why. `modified` is the file's own date (seconds since 1970, UTC).
    """
    name = plain_name(name)
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
            crashpoint("receive.recorded")
        crashpoint("receive.committed")
    except Unreadable as error:
        return refuse(deposit, name, error.problem)
    except OSError as error:  # a link to nowhere, a stick that was pulled out
        logger.warning("%s: %s", name, error)
        return refuse(deposit, name, Problem.DAMAGED)
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
        "has_unknown_voices": Kind(recognised.kind) in SPOKEN,
    }
    return Source.objects.get_or_create(gathering=deposit.gathering, sha256=kept.sha256, defaults=facts)


def plain_name(path: str | Path) -> str:
    """The last part of `path` as text (NFC) on one line, whatever bytes the system allowed in it."""
    return unicodedata.normalize("NFC", STRANGE.sub("\ufffd", Path(path).name))[-255:] or "?"


def refuse(deposit: Deposit, name: str, problem: Problem) -> Refusal:
    """Note that the file called `name` could not come in."""
    refusal, created = Refusal.objects.update_or_create(
        deposit=deposit, name=name, defaults={"problem": problem, "community": deposit.community}
    )
    if created:
        record("source.refused", refusal, by=deposit.by, problem=str(problem))
    return refusal


def heard_in(source: Source, people: Iterable[Person], *, unknown: bool) -> None:
    """Note who is heard in `source`, and whether there are voices that nobody has named."""
    source.people.set(people)
    source.has_unknown_voices = unknown
    source.save(update_fields=["has_unknown_voices"])


def look_into(source: Source, *, by: User | None) -> None:
    """Queue the job that reads the source: sound, words or picture."""
    jobs.start("sources.prepare", source.pk, community=source.community, by=by, topic=source.gathering_id)


def prepare(source: Source, running: Running) -> dict[str, Any]:
    """Read a received source in a child process, keep what shows or plays it, and tell the later stages."""
    running.stage("reading")
    try:
        with store.on_disk(source.community_id, source.sha256) as path, store.working_folder() as folder:
            facts, made = look(source, path, folder)
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
        crashpoint("prepare.made")
        with running.step():
            source.renditions.all().delete()
            Rendition.objects.bulk_create(renditions)
            _become(source, facts)
            for hook in _on_ready:
                hook(source)
            crashpoint("prepare.recorded")
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
    for source in sources:  # once they all are: a recording may be waiting for its transcript
        for hook in _on_agreed:
            hook(source)


@transaction.atomic
def tell_moment(photo: Source, words: str, *, by: User) -> None:
    """Say what was happening in a photo, or, with no words, take back what was said."""
    words = " ".join(words.split())[:500]
    if Source.objects.filter(pk=photo.pk).exclude(moment=words).update(moment=words):
        record("source.moment_told", photo, by=by)


@transaction.atomic
def say_who_is_seen(photo: Source, people: Collection[Person], *, by: User) -> None:
    """Say who can be recognised on a photo: who does not work on it sees it once they all agreed to be seen."""
    before = set(photo.people.values_list("pk", flat=True))
    if before != {person.pk for person in people}:
        photo.people.set(people)
        record("source.seen_told", photo, by=by, people=len(people))


@transaction.atomic
def place_in_sessions(placed: Mapping[Source, Session | None], *, by: User) -> int:
    """Say which session each of these sources comes from, or that it comes from none in particular; how many changed."""
    moved = [source for source, session in placed.items() if source.session_id != (session.pk if session else None)]
    for source in moved:
        source.session = session = placed[source]
        source.save(update_fields=["session"])
        record("source.placed", source, by=by, session=str(session.pk) if session else "")
    return len(moved)


# Without an account --------------------------------------------------------------------------------------------------


@transaction.atomic
def open_door(gathering: Gathering, days: int, *, by: User) -> DepositDoor:
    """Give the gathering an address where things are left without an account; any given out before stops working."""
    door, is_new = DepositDoor.objects.get_or_create(
        gathering=gathering, defaults={"community_id": gathering.community_id, "days": days}
    )
    if not is_new:
        door.number, door.days, door.opened_at = door.number + 1, days, timezone.now()
        door.save(update_fields=["number", "days", "opened_at"])
    record("deposit_door.opened", door, by=by, gathering=str(gathering.pk), number=door.number, days=days)
    return door


@transaction.atomic
def close_door(door: DepositDoor, *, by: User) -> None:
    """The address stops working; what was left stays."""
    record("deposit_door.closed", door, by=by, gathering=str(door.gathering_id))
    door.delete()


def deposit_link(door: DepositDoor) -> str:
    """The address behind the QR code."""
    return site_address(reverse("leave", args=[_doors.sign_object([str(door.pk), door.number])]))


def read_deposit_link(token: str) -> DepositDoor | None:
    try:
        key, number = _doors.unsign_object(token)
    except signing.BadSignature:
        return None
    return DepositDoor.objects.filter(pk=key, number=number).select_related("gathering__community").first()


@transaction.atomic
def _begin_to_leave(door: DepositDoor, name: str, structure: str, *, has_ticked: bool) -> Deposit:
    person = find_or_make_person(door.gathering.community, name=name, structure=structure, by=None)
    if has_ticked and speaks_for_themselves(person):
        agree_to(person, TICKED, how=Consent.How.LINK, by=None)
    deposit = Deposit.objects.create(
        community=door.gathering.community, gathering=door.gathering, person=person, has_ticked=has_ticked
    )
    record("deposit.left", deposit, by=None, person=str(person.pk), ticked=has_ticked)
    return deposit


def leave(
    door: DepositDoor, name: str, structure: str, words: str, files: Iterable[tuple[Path, str]], *, has_ticked: bool
) -> list[Source | Refusal]:
    """A guest leaves `words` and `files` (each where it is, and its name). Their words are theirs, whatever kind they are.

    Raises ValidationError when the address takes nothing in now.
    """
    if closed := why_no_deposit(door):
        raise ValidationError(closed)
    deposit = _begin_to_leave(door, name, structure, has_ticked=has_ticked)
    left = []
    if words.strip():
        with store.working_folder() as folder:
            page = folder / "words.md"
            page.write_text(f"# {deposit.who}\n\n{words.strip()}\n", encoding="utf-8")
            title = _("A word from %(name)s") % {"name": deposit.who}
            left.append(receive(deposit, page, f"{title.replace('/', '-')[:100]}.md"))
    left += [receive(deposit, path, file_name) for path, file_name in files]
    for one in left:
        if isinstance(one, Source) and one.deposit_id == deposit.pk and deposit.person:
            one.people.add(deposit.person)
    return left
