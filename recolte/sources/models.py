"""What was brought back: recordings, transcripts, documents and notes, photos — each file once, under its sha256."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Membership, Owned, Person, Reader, Role, User
from recolte.community.rules import TEAM
from recolte.consent.models import ATTESTED, Attestation, Consent, Purpose
from recolte.gatherings.models import Gathering, Session
from recolte.sources.sentences import sentence
from recolte.ui.ids import uuid7


class DepositDoor(Owned):
    """The address at which whoever was at a gathering leaves things without an account. A new `number` ends the old one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.OneToOneField(Gathering, models.CASCADE, related_name="deposit_door")
    number = models.PositiveIntegerField(default=1)
    days = models.PositiveSmallIntegerField(_("days after the gathering"), default=14)
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.gathering)

    @property
    def last_day(self) -> date:
        """The last day on which it lets in: counted from the end of the gathering, or from when it was opened."""
        opened = timezone.localdate(self.opened_at, timezone=self.gathering.zone)
        return max(self.gathering.last_day or opened, opened) + timedelta(days=self.days)


class DepositQuerySet(models.QuerySet["Deposit"]):
    def left_since(self, moment: datetime) -> "DepositQuerySet":
        """Those left without an account since `moment`."""
        return self.filter(by=None, began_at__gte=moment)


class Deposit(Owned):
    """One act of bringing things: a folder on the command line, a form, or a guest's telephone. What was refused is kept
    beside. It is a member's (`by`), or was left without an account by a `person`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="deposits")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="deposits")
    has_ticked = models.BooleanField(default=False)  # the person ticked that the community may keep and read it
    attestation = models.ForeignKey(Attestation, models.RESTRICT, null=True, related_name="deposits")
    # What is spoken (BCP 47); empty = to be guessed, which goes wrong on a few seconds of speech
    language = models.CharField(_("language spoken"), max_length=12, default="fr", blank=True)
    # Whom to name where it is shown, and its licence: for what was not made by the community itself
    credit = models.CharField(_("credit"), max_length=300, blank=True)
    began_at = models.DateTimeField(auto_now_add=True)

    objects = DepositQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(by=None) | models.Q(person=None), name="a_deposit_is_a_members_or_a_guests"
            )
        ]

    def __str__(self) -> str:
        return f"{self.gathering} · {self.began_at:%Y-%m-%d}"

    @property
    def who(self) -> str:
        """Who brought it, in words."""
        return str(self.by or self.person or gettext("a guest"))


class Refusal(Owned):
    """A file that could not come in, and why."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deposit = models.ForeignKey(Deposit, models.CASCADE, related_name="refusals")
    name = models.CharField(max_length=255)
    problem = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["deposit", "name"], name="one_refusal_per_file")]

    def __str__(self) -> str:
        return f"{self.name}: {self.problem}"

    @property
    def sentence(self) -> str:
        return sentence(self.problem)


class Kind(models.TextChoices):
    RECORDING = "recording", _("recording")
    TRANSCRIPT = "transcript", _("transcript")
    DOCUMENT = "document", _("note or document")
    PHOTO = "photo", _("photo")


NOTE = "note"
NOTES = ("md", "txt", "docx", "odt")  # texts that people wrote; other documents are handed out
SPOKEN = (Kind.RECORDING, Kind.TRANSCRIPT)


class State(models.TextChoices):
    RECEIVED = "received", _("received")  # kept; not looked into yet
    READY = "ready", _("ready")
    DAMAGED = "damaged", _("damaged")  # what could be read is there; the original is kept
    UNREADABLE = "unreadable", _("unreadable")  # nothing could be read; the original is kept


class SourceQuerySet(models.QuerySet["Source"]):
    def readable_by(self, user: Reader) -> "SourceQuerySet":
        """What was not (yet) attested is its depositor's alone, or that of who planned the gathering and who coordinates
        when a guest left it; what was, is read by those who work on it — and by the whole community once everybody who
        is heard in it, or seen on a photo, has agreed to that.
        """
        if not isinstance(user, User):
            return self.none()
        here = self.filter(community__memberships__user=user)
        team = Q(community__in=Membership.objects.filter(user=user, role__in=TEAM).values("community"))
        mine = Q(deposit__by=user)
        coordinated = Membership.objects.filter(user=user, role=Role.COORDINATOR).values("community")
        organised = Q(gathering__by=user) | Q(community__in=coordinated)
        left = Q(attestation=None, deposit__by=None) & organised
        attested = Q(attestation__isnull=False) & (team | self._open())
        return here.filter(mine | (~_refused() & (left | attested)))

    def in_order_of_time(self) -> "SourceQuerySet":
        """As their dates say; those without one at the end, as they came."""
        return self.order_by(models.F("dated_at").asc(nulls_last=True), "id")

    def left_to_attest(self, user: Reader) -> "SourceQuerySet":
        """What guests left where `user` organises, and waits for somebody who attests that those in it agreed."""
        return self.readable_by(user).filter(attestation=None, deposit__by=None)

    def agreed(self) -> "SourceQuerySet":
        """What somebody attested may be kept, and nobody who is heard or seen in it took back: what the community counts."""
        return self.filter(~_refused(), attestation__isnull=False)

    def of_kind(self, what: str) -> "SourceQuerySet":
        """Of a kind; a document is a note that people wrote, or else was handed out."""
        if what == NOTE:
            return self.filter(kind=Kind.DOCUMENT, format__in=NOTES)
        found = self.filter(kind=what)
        return found.exclude(format__in=NOTES) if what == Kind.DOCUMENT else found

    def _open(self) -> Combinable | Q:
        """Agreed to be the community's by every voice that is heard in it, or by everybody who is seen on the photo."""
        heard = ~Q(kind=Kind.PHOTO) & ~Exists(_silent(Purpose.GROUP))
        return Q(has_unknown_voices=False) & (heard | (Q(kind=Kind.PHOTO) & ~Exists(_silent(Purpose.PHOTO))))


def _silent(purpose: Purpose) -> models.QuerySet[Person]:
    """Those of a source who have not agreed to `purpose`."""
    agreed = Consent.objects.standing().filter(purpose=purpose).values("person")
    return Person.objects.filter(sources=OuterRef("pk")).exclude(pk__in=agreed)


def _refused() -> Combinable | Q:
    """Somebody who is heard in it took back being recorded or transcribed, or somebody seen on the photo, being seen."""
    seen = Q(kind=Kind.PHOTO) & Exists(_taken_back([Purpose.PHOTO]))
    return Exists(_taken_back(ATTESTED)) | seen


def _taken_back(purposes: Iterable[str]) -> models.QuerySet[Person]:
    """Those of a source who took back one of `purposes` and have not given it again."""
    given_again = Consent.objects.standing().filter(person=OuterRef("person"), purpose=OuterRef("purpose"))
    gone = Consent.objects.filter(purpose__in=purposes).exclude(withdrawn_at=None).exclude(Exists(given_again))
    return Person.objects.filter(sources=OuterRef("pk"), pk__in=gone.values("person"))


class Source(Owned):
    """One thing that was brought back. The bytes are in the store; `sha256` is their address there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="sources")
    session = models.ForeignKey(Session, models.SET_NULL, null=True, related_name="sources")
    deposit = models.ForeignKey(Deposit, models.RESTRICT, related_name="sources")
    attestation = models.ForeignKey(Attestation, models.RESTRICT, null=True, related_name="sources")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    problem = models.CharField(max_length=40, default="")

    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    format = models.CharField(max_length=20)
    media_type = models.CharField(max_length=120)
    received_at = models.DateTimeField(auto_now_add=True)

    # A proposal, with where it comes from: the picture or sound itself, its name, or the file's own date.
    dated_at = models.DateTimeField(null=True)
    dated_by = models.CharField(max_length=10, default="")

    # Who is heard in it, whose words it holds or who is seen on it, as far as is known
    people = models.ManyToManyField(Person, related_name="sources")
    has_unknown_voices = models.BooleanField(default=False)

    # Of a photo: what was happening, as somebody who was there tells it
    moment = models.TextField(_("what was happening"), max_length=500, blank=True)

    # Sound and pictures
    duration_ms = models.BigIntegerField(null=True)
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    # Documents: blocks of text in reading order; their text joined by blank lines is what passages point into
    blocks = models.JSONField(default=list)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["kind", models.F("dated_at").asc(nulls_last=True), "name"]
        constraints = [models.UniqueConstraint(fields=["gathering", "sha256"], name="each_file_once")]
        indexes = [models.Index(fields=["community", "sha256"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        page = "listen" if self.kind in SPOKEN else "source"
        return reverse(page, args=[self.pk])

    def likely_session(self, sessions: Iterable[Session]) -> Session | None:
        """The session during which it was made, as its date says: a proposal."""
        at = self.dated_at
        return next((one for one in sessions if at and one.starts_at <= at < one.ends_at), None)

    @property
    def is_left(self) -> bool:
        """Left by a guest without an account."""
        return self.deposit.by_id is None

    @property
    def is_spoken(self) -> bool:
        return self.kind in SPOKEN

    @property
    def is_agreed(self) -> bool:
        return self.attestation_id is not None

    @property
    def stem(self) -> str:
        """The name without its ending: a transcript called like a recording is that recording's."""
        return self.name.rsplit(".", 1)[0].casefold()

    @property
    def sentence(self) -> str:
        return sentence(self.problem) if self.problem else ""

    @property
    def icon(self) -> str:
        return {Kind.RECORDING: "mic", Kind.TRANSCRIPT: "speech", Kind.PHOTO: "image"}.get(Kind(self.kind), "file")


class Rendition(Owned):
    """Something made from a source to be shown or heard: it can always be made again."""

    class Role(models.TextChoices):
        LISTENING = "listening"  # Opus, mono, seekable to the millisecond
        PEAKS = "peaks"  # JSON of the waveform
        PICTURE = "picture"  # upright, smaller, and without a word of metadata
        THUMBNAIL = "thumbnail"

    source = models.ForeignKey(Source, models.CASCADE, related_name="renditions")
    role = models.CharField(max_length=12, choices=Role)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "role"], name="one_rendition_per_role")]

    def __str__(self) -> str:
        return f"{self.role} · {self.source}"
