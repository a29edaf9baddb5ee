import getpass
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from recolte.community.actions import found_community, join, sign_in_link, site_address
from recolte.community.models import Community, Role, User
from recolte.engine.formats import FORMATS
from recolte.engine.problems import Problem
from recolte.gatherings.actions import find_or_plan_gathering
from recolte.gatherings.models import Gathering
from recolte.jobs import actions as jobs
from recolte.jobs.models import LEASE, Job, Worker
from recolte.jobs.models import State as JobState
from recolte.sources import store
from recolte.sources.actions import open_deposit, plain_name, receive, refuse
from recolte.sources.board import Row, latest_jobs
from recolte.sources.models import Deposit, Kind, Refusal, Source, State
from recolte.sources.sentences import sentence
from recolte.ui.command import Command as RecolteCommand
from recolte.ui.command import CommandError, CommandParser

LOOK = 0.3  # seconds between two looks at the jobs
STOPPING = 10.0  # seconds that the worker has to end by itself
FILE_WEIGHT = 2000  # looking into a file counts like that many ms of sound
FIRST = {
    f".{format.extension}" for format in FORMATS.values()
}  # so that a recording finds the transcript of its name already there


class WorkerEnded(CommandError):
    """The worker that we had started has ended, though there was work left."""


class Command(RecolteCommand):
    words = gettext_lazy(
        "Bring in what a visit brought back: recordings, transcripts, notes, photos. Recordings are transcribed.\n"
        "Interrupted, the same command goes on where it was; run again, it adds nothing twice."
    )
    example = 'harvest ~/visite-dijon --gathering "Visite à Dijon" --agreed "tous les présents, à voix haute, le 16 septembre"'

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help=_("the folder, with everything under it; or one file"))
        parser.add_argument("--gathering", required=True, metavar="NAME", help=_("the gathering (made if it is new)"))
        parser.add_argument("--community", metavar="NAME", help=_("the community (made if it is new)"))
        parser.add_argument(
            "--agreed",
            default="",
            metavar="WHO, HOW, WHEN",
            help=_(
                "attests that those recorded agreed to being recorded and transcribed; without it, what comes in stays "
                "visible to you alone and is not transcribed"
            ),
        )
        parser.add_argument("--language", default="fr", help=_("the language spoken: fr, en… (“auto”: to be guessed)"))
        parser.add_argument(
            "--credit", default="", help=_("whom to name where it is shown, and the licence, of what others made")
        )
        parser.add_argument("--no-link", action="store_true", help=_("print no sign-in link at the end"))
        parser.add_argument("--by", metavar="EMAIL", help=_("who brings it (a member; made if the community is new)"))

    def handle(
        self,
        *args: Any,
        folder: Path,
        gathering: str,
        community: str | None,
        agreed: str,
        language: str,
        by: str | None,
        credit: str = "",
        **options: Any,
    ) -> None:
        if not folder.exists():
            raise CommandError(_("There is no folder %(name)s: check its name.") % {"name": folder})
        self.console = Console(file=sys.stderr, highlight=False)
        try:
            where = self._community(community, by)
            who = self._person(where, by)
            what = find_or_plan_gathering(where, gathering, by=who)
            spoken = "" if language == "auto" else language
            deposit = open_deposit(what, by=who, agreed=agreed, language=spoken, credit=credit, resume=True)
            before = set(Source.objects.filter(gathering=what).values_list("pk", flat=True))
            brought = self._bring_in(deposit, folder)
            self._wait(what, brought)
            self._sum_up(what, brought, before, who, with_link=not options.get("no_link"))
        except ValidationError as error:
            raise CommandError(error.messages[0]) from None
        except (OperationalError, WorkerEnded):
            if store.is_full():
                raise CommandError(sentence(Problem.DISK_FULL)) from None
            raise
        except KeyboardInterrupt:
            self.console.print(_("Interrupted. Nothing is lost: the same command goes on where it was."))
            sys.exit(130)

    # Who and where ---------------------------------------------------------------------------------------------------

    def _community(self, name: str | None, by: str | None) -> Community:
        if name:
            return Community.objects.filter(name__iexact=name.strip()).first() or found_community(name, by=None)
        communities = list(Community.objects.all()[:2])
        if len(communities) > 1:
            raise CommandError(_("There are several communities here: say which one with --community."))
        return communities[0] if communities else found_community(_("Our community"), by=None)

    def _person(self, community: Community, by: str | None) -> User:
        members = community.memberships.select_related("user").order_by("joined_at")
        if by:
            member = members.filter(user__email=by.strip().lower()).first()
        else:
            member = members.filter(role=Role.COORDINATOR).first()
        if member:
            return member.user
        if members.exists():
            raise CommandError(
                _("%(email)s is not a member of %(community)s: name a member with --by, or send an invitation first.")
                % {"email": by or "?", "community": community}
            )
        email = (by or f"{getpass.getuser()}@localhost").strip().lower()
        user = User.objects.filter(email=email).first() or User.objects.create_user(
            email, email.partition("@")[0].replace(".", " ").title()
        )
        join(community, user, Role.COORDINATOR, by=user)
        return user

    # The work --------------------------------------------------------------------------------------------------------

    def _bring_in(self, deposit: Deposit, folder: Path) -> list[Source | Refusal]:
        brought: list[Source | Refusal] = []

        def closed(error: OSError) -> None:  # a folder that we may not look into
            brought.append(refuse(deposit, plain_name(error.filename), Problem.NO_PERMISSION))

        files = sorted(_files(folder, closed), key=lambda path: (path.suffix.lower() not in FIRST, str(path)))
        with self._progress() as progress:
            stage = _("bringing in")
            bar = progress.add_task(stage, total=len(files))
            for path in files:
                progress.update(bar, description=f"{stage} · {plain_name(path)[:40]}")
                brought.append(receive(deposit, path, path.name, modified=_modified(path)))
                progress.advance(bar)
        return brought

    def _wait(self, gathering: Gathering, brought: list[Source | Refusal]) -> None:
        """Watch the jobs of what was brought until they end; without a worker on this machine, start one."""
        keys = [one.pk for one in brought if isinstance(one, Source)]
        for job in Job.objects.filter(subject__in=keys, state__in=[JobState.FAILED, JobState.CANCELLED]):
            # What an earlier run could not finish is tried again by this one.
            if not Job.objects.filter(subject=job.subject, pk__gt=job.pk).exists():
                jobs.start(job.name, job.subject, community=job.community, by=job.by, topic=job.topic)
        with self._progress() as progress:
            bar = progress.add_task("", total=None)
            worker: subprocess.Popen[bytes] | None = None
            try:
                while waiting := _waiting(keys):
                    if not worker and not _somebody_works():
                        worker = _start_worker()
                    done, total = _measure(keys)
                    progress.update(bar, description=_describe(waiting), completed=done, total=total or None)
                    if worker and worker.poll() is not None:
                        raise WorkerEnded(_("The background work stopped unexpectedly: run the same command again."))
                    time.sleep(LOOK)
            finally:
                if worker:
                    _end(worker)

    def _progress(self) -> Progress:
        return Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self.console,
            transient=True,
        )

    # The end ---------------------------------------------------------------------------------------------------------

    def _sum_up(
        self, gathering: Gathering, brought: list[Source | Refusal], before: set[Any], who: User, with_link: bool
    ) -> None:
        keys = {one.pk for one in brought if isinstance(one, Source)}
        sources = list(Source.objects.filter(pk__in=keys).select_related("deposit", "attestation"))
        latest = latest_jobs(list(keys))
        good = [source for source in sources if source.state in (State.READY, State.DAMAGED)]
        self.say(f"{gathering.community} · {gathering}")
        for kind, label in _LABELS.items():
            those = [source for source in good if source.kind == kind]
            if those:
                new = sum(1 for source in those if source.pk not in before)
                already = _(" (%(n)d already there)") % {"n": len(those) - new} if new < len(those) else ""
                length = sum(source.duration_ms or 0 for source in those)
                sound = f", {timedelta(seconds=length // 1000)}" if length else ""
                self.say(f"  {label(len(those)) % {'n': len(those)}}{sound}{already}")
        if any(not source.is_agreed for source in sources):
            self.say("  " + _("Agreement to be collected: what came in is visible to you alone and not transcribed."))
            self.say("  " + _("Once it is agreed, run the same command with --agreed “who was informed, how, when”."))
        problems = [(one.name, one.sentence) for one in brought if isinstance(one, Refusal)]
        rows = [Row(source, latest.get(source.pk)) for source in sources]
        problems += [(row.source.name, row.sentence) for row in rows if row.sentence]
        if problems:
            self.say(_("What needs your eye:"))
            for name, words in problems:
                self.say(f"  {name} — {words}")
        self.say(site_address(gathering.get_absolute_url()))
        if with_link:
            self.say(_("To come in (once, within two hours): %(link)s") % {"link": sign_in_link(who)})
            if not _is_served():
                self.say(_("Nothing answers there yet: start it with “recolte serve”."))


_LABELS: dict[Kind, Callable[[int], str]] = {
    Kind.RECORDING: lambda n: ngettext("%(n)d recording", "%(n)d recordings", n),
    Kind.TRANSCRIPT: lambda n: ngettext("%(n)d transcript", "%(n)d transcripts", n),
    Kind.DOCUMENT: lambda n: ngettext("%(n)d note or document", "%(n)d notes or documents", n),
    Kind.PHOTO: lambda n: ngettext("%(n)d photo", "%(n)d photos", n),
}


def _files(folder: Path, onerror: Callable[[OSError], None]) -> Iterator[Path]:
    """Every file under `folder`, but for what systems hide there (.DS_Store, Thumbs.db…); itself when it is a file."""
    if folder.is_file():
        yield folder
        return
    for parent, folders, names in os.walk(folder, onerror=onerror):
        folders[:] = [name for name in folders if not name.startswith((".", "__MACOSX"))]
        for name in names:
            if not name.startswith(".") and name.lower() not in ("thumbs.db", "desktop.ini"):
                yield Path(parent) / name


def _is_served() -> bool:
    """Does anything answer at the site's address?"""
    address = urlsplit(settings.SITE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        with socket.create_connection((address.hostname or "", port), timeout=1):
            return True
    except OSError:
        return False


def _modified(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def _waiting(keys: list[Any]) -> list[Job]:
    return list(Job.objects.active().filter(subject__in=keys).order_by("-state", "id"))


def _measure(keys: list[Any]) -> tuple[int, int]:
    """How much of the work on these sources is done, and how much there is, in ms of sound."""
    total = done = 0
    transcribing = {job.subject: job for job in Job.objects.filter(subject__in=keys, name="transcripts.transcribe")}
    for source in Source.objects.filter(pk__in=keys).only("id", "state", "kind", "duration_ms", "attestation"):
        total += FILE_WEIGHT
        done += 0 if source.state == State.RECEIVED else FILE_WEIGHT
        if job := transcribing.get(source.pk):
            total += source.duration_ms or 0
            done += job.done if job.is_active else source.duration_ms or 0
    return done, total


def _describe(waiting: list[Job]) -> str:
    job = next((job for job in waiting if job.state == JobState.RUNNING), waiting[0])
    source = Source.objects.select_related("deposit").get(pk=job.subject)
    more = f" (+{len(waiting) - 1})" if len(waiting) > 1 else ""
    return f"{Row(source, job).stage} · {source.name[:40]}{more}"


def _somebody_works() -> bool:
    """Is a worker alive that takes every kind of job that may wait?"""
    alive = Worker.objects.filter(~Q(pid=0), seen_at__gte=timezone.now() - LEASE).values_list("queues", flat=True)
    return {"default", "speech"} <= {queue for queues in alive for queue in queues.split(",")}


def _start_worker() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "recolte", "manage", "work", "--with-parent", str(os.getpid())],
        start_new_session=True,  # Ctrl-C is for us: we tell it to stop, and it gives its job back
        stdout=subprocess.DEVNULL,
        env={"RECOLTE_LOG_LEVEL": "ERROR", **os.environ},  # what went well again needs nobody's eye
    )


def _end(worker: "subprocess.Popen[bytes]") -> None:
    """Let the worker give its job back — unless it is in the middle of something long: then the job is found again."""
    worker.terminate()
    try:
        worker.wait(STOPPING)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
