"""What came in for a gathering, as its page lists it: each source with the work under way on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.community.models import Reader, Role
from recolte.community.rules import role_in
from recolte.gatherings.models import Gathering
from recolte.gatherings.rules import can_change
from recolte.jobs.models import Job
from recolte.jobs.models import State as JobState
from recolte.sources.models import Kind, Source, State
from recolte.sources.sentences import sentence
from recolte.ui.durations import clock


@dataclass(frozen=True, slots=True)
class Work:
    """A job as its line on a page: times in seconds, None where they are not known (yet)."""

    id: str
    label: str
    state: str
    stage_label: str
    percent: int | None
    elapsed: float | None
    remaining: float | None
    can_cancel: bool
    cancel_url: str
    done: int = 0
    total: int = 0  # counted things ("3/12"); sound has none
    message: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A source and its latest job. `word` is its state, in a word with a glyph (`ui/state.html`)."""

    source: Source
    job: Job | None
    may_steer: bool = False

    @property
    def is_working(self) -> bool:
        return self.job is not None and self.job.is_active

    @property
    def word(self) -> str:
        if self.source.state in (State.UNREADABLE, State.DAMAGED):
            return str(self.source.state)
        if self.job and self.job.state in (JobState.FAILED, JobState.CANCELLED):
            return str(self.job.state)
        if self.is_working:
            return "working"
        if not self.source.is_agreed:
            return "unagreed"
        return "transcribed" if self.job and self.job.name == "transcripts.transcribe" else "received"

    @property
    def sentence(self) -> str:
        if self.source.problem:
            return self.source.sentence
        return sentence(self.job.problem) if self.job and self.job.state == JobState.FAILED else ""

    @property
    def can_restart(self) -> bool:
        return self.may_steer and self.job is not None and self.job.state in (JobState.FAILED, JobState.CANCELLED)

    @property
    def duration(self) -> str:
        return clock(self.source.duration_ms or 0)

    @property
    def seconds(self) -> float:
        return (self.source.duration_ms or 0) / 1000

    @property
    def work(self) -> "Work | None":
        """The job under way, as `ui/job.html` shows it."""
        job = self.job
        if job is None or not job.is_active:
            return None
        return Work(
            id=str(job.pk),
            label=self.source.name,
            state=job.state,
            stage_label=self.stage,
            percent=job.percent if job.total else None,
            elapsed=job.elapsed.total_seconds() if job.elapsed else None,
            remaining=job.remaining.total_seconds() if job.remaining else None,
            can_cancel=self.may_steer,
            cancel_url=reverse("cancel_work", args=[self.source.pk]),
        )

    @property
    def stage(self) -> str:
        """What the job is doing, in words."""
        if not self.job or self.job.state == JobState.QUEUED:
            return _("waiting for its turn")
        return {
            "reading": _("being read"),
            "decoding": _("preparing the sound"),
            "listening": _("listening and writing down"),
            "comparing_recorders": _("comparing the recordings"),
            "proposing_voices": _("telling the voices apart"),
        }.get(self.job.stage, _("under way"))


@dataclass(frozen=True, slots=True)
class Board:
    groups: list[tuple[str, list[Row]]]
    is_working: bool
    unagreed: int  # how many of the reader's own wait for an agreement
    left: list[Source]  # by guests: what waits for the reader to attest it


TITLES = {
    Kind.RECORDING: gettext_lazy("Recordings"),
    Kind.TRANSCRIPT: gettext_lazy("Transcripts"),
    Kind.DOCUMENT: gettext_lazy("Notes and documents"),
    Kind.PHOTO: gettext_lazy("Photos"),
}


def board(gathering: Gathering, reader: Reader) -> Board:
    sources = list(
        Source.objects.readable_by(reader)
        .filter(gathering=gathering)
        .select_related("deposit__by", "deposit__person", "attestation")
    )
    listed = rows(sources, reader, coordinates=role_in(gathering.community, reader) == Role.COORDINATOR)
    groups = [(str(title), [row for row in listed if row.source.kind == kind]) for kind, title in TITLES.items()]
    return Board(
        groups=[(title, members) for title, members in groups if members],
        is_working=any(row.is_working for row in listed),
        left=[one for one in sources if one.is_left and not one.is_agreed] if can_change(reader, gathering) else [],
        unagreed=sum(1 for source in sources if not source.is_agreed and source.deposit.by == reader),
    )


def rows(sources: Iterable[Source], reader: Reader, *, coordinates: bool = False) -> list[Row]:
    """The sources as lines, each with its latest job, which who brought it or `coordinates` may steer."""
    those = list(sources)
    latest = latest_jobs([source.pk for source in those])
    return [Row(source, latest.get(source.pk), coordinates or source.deposit.by == reader) for source in those]


def latest_jobs(sources: list[UUID]) -> dict[UUID, Job]:
    """The newest job of each source."""
    return {job.subject: job for job in Job.objects.filter(subject__in=sources).order_by("id")}
