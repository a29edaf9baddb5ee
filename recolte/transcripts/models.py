"""Turns of speech with the times of their words: what a machine heard, or what somebody brought."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from recolte.community.models import Owned, Person, Reader, User
from recolte.engine.audio import Moment
from recolte.engine.turns import Transcript as PlainTranscript
from recolte.engine.turns import Turn as PlainTurn
from recolte.engine.turns import Word
from recolte.sources.models import Source
from recolte.ui.durations import clock
from recolte.ui.ids import uuid7


class Origin(models.TextChoices):
    MACHINE = "machine", _("heard by a machine")
    BROUGHT = "brought", _("brought as a file")


class TranscriptQuerySet(models.QuerySet["Transcript"]):
    def readable_by(self, user: Reader) -> "TranscriptQuerySet":
        return self.filter(source__in=Source.objects.readable_by(user))


class Transcript(Owned):
    """What is said in `source`, a recording — or, without one, the transcript file itself.

    `version` grows with every change of the text: pages are cached by it, and passages are anchored in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="transcripts")
    brought_as = models.OneToOneField(Source, models.CASCADE, null=True, related_name="brought")
    origin = models.CharField(max_length=10, choices=Origin)
    language = models.CharField(max_length=12, default="")
    version = models.IntegerField(default=1)
    is_complete = models.BooleanField(default=False)
    faults = models.JSONField(default=list)  # [[line, code], …] of what could not be read in the file
    # The engine, its model with the model's sha256, and its options: enough to do it again
    engine = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TranscriptQuerySet.as_manager()

    class Meta:
        ordering = ["-origin", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(origin="machine"), name="one_machine_transcript"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} · {self.origin}"

    @property
    def is_timed(self) -> bool:
        return self.turns.filter(start_ms__isnull=False).exists()

    @property
    def text(self) -> str:
        """All that is said: the turns in order, parted by one LF. Passages are anchored in it."""
        return "\n".join(self.turns.order_by("position").values_list("text", flat=True))

    @property
    def title(self) -> str:
        """What it is called where it leaves: the name of its file, without the ending."""
        return self.source.name.rsplit(".", 1)[0]

    def plain(self) -> PlainTranscript:
        """The transcript as the engine's plain values, in order."""
        turns = self.turns.select_related("speaker__person").order_by("position")
        return PlainTranscript([turn.plain() for turn in turns], self.language, title=self.title)


class Speaker(Owned):
    """A voice of a transcript, as it is called there."""

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="speakers")
    label = models.CharField(_("name"), max_length=160)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="voices")
    # Who it may be, by how they sound in another recording; a person says whether it is so
    guess = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    denied = models.JSONField(default=list)  # keys of people of whom somebody said that it is not they

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["transcript", "label"], name="one_speaker_per_label")]

    def __str__(self) -> str:
        return str(self.person) if self.person else self.label


class Print(Owned):
    """How somebody sounds (`recolte.engine.voices`): kept only while they agree to be recognised in other recordings."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.OneToOneField(Person, models.CASCADE, related_name="print")
    vector = models.JSONField(default=list)
    seconds = models.IntegerField()  # of speech that it was made from

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.person)


UNSURE = 5  # percent: voices proposed with a smaller margin are shown as uncertain


class TurnQuerySet(models.QuerySet["Turn"]):
    def proposed(self) -> "TurnQuerySet":
        """Those whose voice a machine proposed, and nobody has said since."""
        return self.exclude(margin=None)

    def uncertain(self) -> "TurnQuerySet":
        """Those of `proposed` that sound nearly as much like another voice."""
        return self.filter(margin__lt=UNSURE)


class Turn(Owned):
    """What one voice says in one go. `text` is NFC with LF; `offset` is where it begins in the transcript's text, in which
    turns are parted by one LF (code points).

    `words` is flat, five integers a word: start and length in code points, start and duration in ms, probability in %.
    """

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="turns")
    position = models.IntegerField()  # order in the transcript; gaps are allowed
    speaker = models.ForeignKey(Speaker, models.SET_NULL, null=True, related_name="turns")
    # The voice was proposed by a machine: how much nearer it is than the next one (0–100); None: a person, a file or a
    # channel of the recording says it
    margin = models.SmallIntegerField(null=True)
    start_ms = models.BigIntegerField(null=True)
    end_ms = models.BigIntegerField(null=True)
    text = models.TextField()
    offset = models.IntegerField(default=0)
    words = models.JSONField(default=list)
    # A person wrote or rewrote these words
    corrected_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    corrected_at = models.DateTimeField(null=True)
    # A person heard it and found these words right; rewriting them asks for another listening
    listened_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    listened_at = models.DateTimeField(null=True)

    objects = TurnQuerySet.as_manager()

    class Meta:
        ordering = [F("position").asc()]
        constraints = [models.UniqueConstraint(fields=["transcript", "position"], name="one_turn_per_position")]
        indexes = [models.Index(fields=["transcript", "offset"])]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_unsure(self) -> bool:
        """Whether its voice was proposed, and sounds nearly as much like another one."""
        return self.margin is not None and self.margin < UNSURE

    @property
    def is_by_hand(self) -> bool:
        """Whether a person has listened to it or written it: no machine may change it any more."""
        return self.listened_at is not None or self.corrected_at is not None

    def plain(self) -> PlainTurn:
        flat = self.words
        words = tuple(
            Word(flat[i], flat[i] + flat[i + 1], flat[i + 2], flat[i + 2] + flat[i + 3], flat[i + 4] / 100)
            for i in range(0, len(flat), 5)
        )
        return PlainTurn(self.text, str(self.speaker) if self.speaker else "", self.start_ms, self.end_ms, words)


def flat_words(turn: PlainTurn) -> list[int]:
    """The words of a turn as `Turn.words` keeps them."""
    flat: list[int] = []
    for word in turn.words:
        flat += [
            word.start,
            word.end - word.start,
            word.start_ms,
            word.end_ms - word.start_ms,
            round(word.probability * 100),
        ]
    return flat


class Correction(Owned):
    """What somebody changed in a run of turns: the words that stood at `offset` of the transcript's text (code points),
    and those that stand there since `version`; turns are parted by one LF in both.

    `was` keeps the turns as they were, so that it can be undone; `now` are the keys of those that took their place.
    """

    class Kind(models.TextChoices):
        WORDS = "words", _("words corrected")
        SPLIT = "split", _("one turn made two")
        MERGED = "merged", _("two turns made one")
        INSERTED = "inserted", _("a turn added")
        REMOVED = "removed", _("a turn taken out")
        VOICE = "voice", _("another voice")
        PROPOSED = "proposed", _("voices proposed by a machine")
        HEARD = "heard", _("heard again by a machine")
        UNDONE = "undone", _("a change undone")

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="corrections")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.WORDS)
    version = models.IntegerField()
    offset = models.IntegerField(default=0)
    before = models.TextField()
    after = models.TextField()
    was = models.JSONField(default=list)
    now = models.JSONField(default=list)
    undoes = models.OneToOneField("self", models.CASCADE, null=True, related_name="undone")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.transcript} · {self.version}"

    @property
    def only_lays_out(self) -> bool:
        """Whether the words are the same, each at its place: only blanks became line breaks, or the other way round."""
        return self.before.replace("\n", " ") == self.after.replace("\n", " ")


class Run(Owned):
    """A part of a recording that is heard again, perhaps by another model. What people listened to or wrote stays.

    `engine` is as `Transcript.engine`: what heard it, enough to do it again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="runs")
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    model = models.CharField(max_length=200, blank=True)  # as it was asked for; "" is that of the installation
    engine = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "id"]

    def __str__(self) -> str:
        return f"{self.transcript} · {self.clocks}"

    @property
    def clocks(self) -> str:
        return f"{clock(self.start_ms)} – {clock(self.end_ms)}"


class Chunk(Owned):
    """A few minutes of a recording, transcribed in one go: its turns and its mark are written in one transaction.

    `run` is None for the first hearing of the whole.
    """

    run = models.ForeignKey(Run, models.CASCADE, null=True, related_name="chunks")
    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="chunks")
    index = models.IntegerField()
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    is_done = models.BooleanField(default=False)

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["transcript", "index"], condition=Q(run=None), name="one_chunk_per_index"),
            models.UniqueConstraint(
                fields=["run", "index"], condition=~Q(run=None), name="one_chunk_per_index_of_a_run"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transcript} · {self.index}"


class Term(Owned):
    """A name or a word of the community that a machine should expect: written by somebody, or learnt from a correction."""

    class Origin(models.TextChoices):
        WRITTEN = "written", _("written here")
        CORRECTED = "corrected", _("learnt from a correction")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    words = models.CharField(_("name or word"), max_length=60)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.WRITTEN)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["words"]
        constraints = [models.UniqueConstraint("community", Lower("words"), name="one_term")]

    def __str__(self) -> str:
        return self.words


class SameMoment(Owned):
    """Two recordings of one moment, as a machine put them beside each other (`recolte.engine.audio.together`), and how
    well one hears in each while both of them hear.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    one = models.ForeignKey(Source, models.CASCADE, related_name="+")
    other = models.ForeignKey(Source, models.CASCADE, related_name="+")
    offset_ms = models.BigIntegerField()  # where `one` hears what `other` hears at its beginning
    drift = models.FloatField()
    likeness = models.FloatField()
    sureness = models.FloatField()
    shared_ms = models.BigIntegerField()
    clarity_of_one = models.FloatField()  # dB of the speech above the noise
    clarity_of_other = models.FloatField()
    loud_in_one = models.FloatField()  # share of the time (0..1) in which it was too loud to be written down
    loud_in_other = models.FloatField()
    found_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="two_recordings_lie_in_one_way")]

    def __str__(self) -> str:
        return f"{self.one} · {self.other}"

    @property
    def moment(self) -> Moment:
        return Moment(self.offset_ms, self.drift, self.likeness, self.sureness)


class HeardElsewhereQuerySet(models.QuerySet["HeardElsewhere"]):
    def standing(self) -> "HeardElsewhereQuerySet":
        """Those whose chosen recording may still be kept and heard."""
        return self.filter(chosen__in=Source.objects.agreed())


class HeardElsewhere(Owned):
    """Somebody chose another recording of the same moment: this one stays, and is not transcribed by itself."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.OneToOneField(Source, models.CASCADE, related_name="heard_elsewhere")
    chosen = models.ForeignKey(Source, models.CASCADE, related_name="stands_for")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = HeardElsewhereQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.source} → {self.chosen}"
