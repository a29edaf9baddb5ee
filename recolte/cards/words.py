"""What somebody said: all that was kept of it, what rests on it, and what may be done with it."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Literal
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from recolte.cards.models import Answer, Claim, Validation
from recolte.cards.rules import Standing, standings, version_of, version_part
from recolte.coding.models import Excerpt, ExcerptQuerySet, Stance
from recolte.coding.passages import Passage, passages
from recolte.community.models import Person
from recolte.consent.models import ATTESTED, Consent, Purpose
from recolte.consent.rules import ASKED, Given, To, given, may_use
from recolte.engine import audio
from recolte.engine.problems import Unreadable
from recolte.sources import store
from recolte.sources.models import Rendition, Source
from recolte.transcripts.models import Speaker, Turn

Span = tuple[int, int]  # ms, half-open
State = Literal["agreed", "attested", "withdrawn", "not_asked"]


def excerpts_of(person: Person) -> ExcerptQuerySet:
    """The passages in which `person` speaks, or whose words are theirs."""
    theirs = Speaker.objects.filter(person=person).values("transcript")
    ends = F("offset") + Length("text")
    spoken = Turn.objects.annotate(ends=ends).filter(
        transcript=OuterRef("transcript"),
        speaker__person=person,
        offset__lt=OuterRef("end"),
        ends__gt=OuterRef("start"),
    )
    found = Excerpt.objects.filter(Q(person=person) | (Q(transcript__in=theirs) & Exists(spoken)))
    return found.select_related("source__gathering", "source__deposit", "person", "struck_noted_by").order_by(
        "source__gathering__starts_on", "source", "start_ms", "start", "id"
    )


def count_by_person(excerpts: ExcerptQuerySet) -> Counter[UUID]:
    """In how many of `excerpts` each person speaks, in two questions to the database."""
    rows = list(excerpts.values_list("transcript", "start", "end", "person"))
    voices: dict[UUID, tuple[list[int], list[UUID | None]]] = defaultdict(lambda: ([], []))
    turns = Turn.objects.filter(transcript__in={row[0] for row in rows if row[0]}).order_by("transcript", "offset")
    for transcript, offset, person in turns.values_list("transcript", "offset", "speaker__person"):
        voices[transcript][0].append(offset)
        voices[transcript][1].append(person)
    count: Counter[UUID] = Counter()
    for transcript, start, end, person in rows:
        those: set[UUID | None] = {person}
        if transcript in voices and start is not None and end is not None:
            offsets, people = voices[transcript]
            those = set(people[max(0, bisect_right(offsets, start) - 1) : bisect_left(offsets, end)])
        count.update(one for one in those if one)
    return count


# What was agreed


def states(people: Iterable[Person]) -> dict[UUID, dict[str, State]]:
    """Where each of `people` stands with each purpose, in one question to the database."""
    those = list(people)
    found: dict[UUID, dict[str, State]] = {
        person.pk: {purpose: "attested" if purpose in ATTESTED else "not_asked" for purpose in Purpose.values}
        for person in those
    }
    rows = Consent.objects.filter(person__in=those).order_by("id").values_list("person", "purpose", "withdrawn_at")
    for pk, purpose, withdrawn_at in rows:
        found[pk][purpose] = "withdrawn" if withdrawn_at else "agreed"
    for mine in found.values():
        if mine[Purpose.QUOTE_NAME] == "agreed":
            mine[Purpose.QUOTE_PSEUDONYM] = "agreed"
    return found


def never_asked(people: QuerySet[Person]) -> QuerySet[Person]:
    """Those heard in what was brought back who were never asked whether the community may hear it."""
    asked = Consent.objects.filter(person=OuterRef("pk"), purpose=Purpose.GROUP)
    return people.filter(Exists(Source.objects.filter(people=OuterRef("pk"))), ~Exists(asked))


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the words of somebody may go, as far as they alone decide."""

    circle: To | None  # None: nobody reads or hears them any more
    by_name: bool
    with_voice: bool


def reach(stands: frozenset[str]) -> Reach:
    circles = [to for to in To if ASKED[to] <= stands]
    widest = circles[-1] if circles else None
    public = widest == To.PUBLIC
    return Reach(widest, public and Purpose.QUOTE_NAME in stands, public and Purpose.PUBLISH_AUDIO in stands)


# What they said, as they themselves may see and hear it


@dataclass(frozen=True, slots=True)
class OneVoice:
    """What one person says in a passage, as consent sees it."""

    attestation_id: UUID | None
    person_ids: Collection[UUID | None]
    is_struck: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What one voice says in a passage; `text` is empty where it is not for this person to read."""

    is_mine: bool
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A passage in which this person speaks, as they may see and hear it."""

    passage: Passage
    said: tuple[Said, ...]
    heard: tuple[Span, ...]  # the seconds that they may hear

    @property
    def excerpt(self) -> Excerpt:
        return self.passage.excerpt

    @property
    def is_mixed(self) -> bool:
        return any(not one.is_mine for one in self.said)

    @property
    def players(self) -> list[tuple[int, int]]:
        """(number, seconds) of each stretch that may be heard."""
        return [(number, max(1, round((end - start) / 1000))) for number, (start, end) in enumerate(self.heard)]


@dataclass
class Told:
    """A claim that rests on what this person said, and what they answered to it."""

    standing: Standing
    mine: list[tuple[Stance, Words]]
    others: list[Said]
    answer: Validation | None  # their last one
    state: Literal["open", "accepted", "proposed", "changed"]
    problem: str = ""  # what was wrong with the answer that was just sent
    wording: str = field(default="")

    @property
    def claim(self) -> Claim:
        return self.standing.claim


@dataclass(frozen=True, slots=True)
class Account:
    """All that the page of one person shows."""

    told: list[Told]
    rest: list[Words]  # kept, without any claim that rests on it
    struck: list[Words]

    @property
    def every(self) -> list[Words]:
        return [*(mine for one in self.told for _, mine in one.mine), *self.rest, *self.struck]


def account(person: Person) -> Account:
    """What `person` said and what was made of it, in a fixed number of questions to the database."""
    held = {passage.excerpt.pk: passage for passage in passages(_own(person))}
    held = {pk: passage for pk, passage in held.items() if person.pk in passage.person_ids}
    claims = Claim.objects.filter(evidence__excerpt__in=held).distinct().select_related("card").order_by("id")
    stands = [one for one in standings(claims) if any(asked.person.pk == person.pk for asked in one.asked)]
    every = [*held.values(), *(borne.passage for one in stands for borne in one.borne)]
    standing = given(who for passage in every for who in passage.person_ids)
    words = {one.excerpt.pk: one for one in _words(person, list(held.values()), standing)}
    answers: dict[UUID, Validation] = {}
    for answer in Validation.objects.filter(person=person, claim__in=[one.claim for one in stands]):
        answers[answer.claim_id] = answer
    told = [_told(person, one, words, standing, answers.get(one.claim.pk)) for one in stands]
    told.sort(key=lambda one: one.state in ("accepted", "proposed"))  # what waits for an answer comes first
    used = {mine.excerpt.pk for one in told for _, mine in one.mine}
    return Account(
        told,
        [one for pk, one in words.items() if pk not in used and not one.passage.is_struck],
        [one for pk, one in words.items() if pk not in used and one.passage.is_struck],
    )


def words_of(person: Person, excerpt: Excerpt) -> Words | None:
    """One passage as `person` may see and hear it; None when they do not speak in it, or took back its being used."""
    found = [one for one in passages([excerpt]) if person.pk in one.person_ids]
    standing = given(who for passage in found for who in passage.person_ids)
    return next(iter(_words(person, found, standing)), None)


def _own(person: Person) -> ExcerptQuerySet:
    """The passages that `person` may still see: attested, and neither recording nor transcribing taken back by them."""
    return excerpts_of(person).exclude(source__attestation=None)


def _words(person: Person, held: Sequence[Passage], standing: Given) -> list[Words]:
    allowed = [
        one
        for one in held
        if may_use(OneVoice(one.attestation_id, [person.pk]), Purpose.TRANSCRIBE, to=To.TEAM, standing=standing)
    ]
    own_seconds = _own_seconds(person, [one for one in allowed if not _may_hear_all(person, one, standing)])
    found = []
    for passage in allowed:
        said = tuple(_said(person, passage, standing))
        heard = own_seconds.get(passage.excerpt.pk)
        found.append(Words(passage, said, _whole(passage) if heard is None else tuple(heard)))
    return found


def _may_read(passage: Passage, who: UUID | None, standing: Given) -> bool:
    """Whether what somebody else says in `passage` may be shown to who speaks there with them: as to the community."""
    one = OneVoice(passage.attestation_id, [who], passage.is_struck)
    return may_use(one, Purpose.GROUP, to=To.COMMUNITY, standing=standing)


def _may_hear_all(person: Person, passage: Passage, standing: Given) -> bool:
    return all(_may_read(passage, who, standing) for who in passage.person_ids if who != person.pk)


def _said(person: Person, passage: Passage, standing: Given) -> Iterable[Said]:
    if passage.person_ids == {person.pk}:
        yield Said(True, "", passage.quote)
        return
    for line in passage.lines:
        if line.person and line.person.pk == person.pk:
            yield Said(True, "", line.text)
        elif line.person and _may_read(passage, line.person.pk, standing):
            yield Said(False, line.person.public_name, line.text)
        else:
            yield Said(False, "", "")


def _whole(passage: Passage) -> tuple[Span, ...]:
    start, end = passage.excerpt.start_ms, passage.excerpt.end_ms
    if not passage.is_voice or passage.is_struck or start is None or end is None:
        return ()
    return ((start, end),)


def _own_seconds(person: Person, mixed: Sequence[Passage]) -> dict[UUID, list[Span]]:
    """When `person` alone speaks in each of `mixed`, in which others speak whom they may not hear."""
    found: dict[UUID, list[Span]] = {passage.excerpt.pk: [] for passage in mixed}
    timed = [passage.excerpt for passage in mixed if _whole(passage) and passage.excerpt.start is not None]
    if not timed:
        return found
    here = reduce(or_, (Q(transcript=one.transcript_id, offset__lt=one.end, ends__gt=one.start) for one in timed))
    turns = Turn.objects.annotate(ends=F("offset") + Length("text")).filter(here, speaker__person=person)
    rows = list(turns.order_by("offset").values_list("transcript", "offset", "ends", "start_ms", "end_ms"))
    for one in timed:
        for transcript, offset, ends, start_ms, end_ms in rows:
            if transcript == one.transcript_id and offset < (one.end or 0) and ends > (one.start or 0):
                first, last = max(start_ms or 0, one.start_ms or 0), min(end_ms or 0, one.end_ms or 0)
                if first < last:
                    found[one.pk].append((first, last))
    return found


def _told(
    person: Person, standing: Standing, words: dict[UUID, Words], stands: Given, answer: Validation | None
) -> Told:
    mine, others = [], []
    for borne in standing.borne:
        own = words.get(borne.passage.excerpt.pk)
        if own and not borne.is_gone:
            mine.append((Stance(borne.evidence.stance), own))
        elif not own and not borne.is_gone:
            others.append(_of_others(borne.passage, stands))
    return Told(standing, mine, others, answer, _state(standing, answer))


def _of_others(passage: Passage, standing: Given) -> Said:
    if not may_use(passage, Purpose.GROUP, to=To.COMMUNITY, standing=standing):
        return Said(False, "", "")
    return Said(False, ", ".join(person.public_name for person in passage.people), passage.quote)


def _state(standing: Standing, answer: Validation | None) -> Literal["open", "accepted", "proposed", "changed"]:
    if answer is None:
        return "open"
    if answer.version == standing.version and answer.answer != Answer.STRUCK:
        return "accepted"
    parts = [version_part(one.evidence) for one in standing.borne]
    if answer.answer == Answer.REPHRASED and answer.version == version_of(standing.claim.kind, answer.wording, parts):
        return "proposed"
    return "changed"


def sound(excerpt: Excerpt, span: Span) -> bytes | None:
    """The seconds `span` of the recording of `excerpt`, and no other, as MP3; None where there is no sound.

    Raises FileNotFoundError when the store has lost the recording.
    """
    made = Rendition.objects.filter(source=excerpt.source_id, role=Rendition.Role.LISTENING).first()
    if made is None:
        return None
    with store.working_folder() as folder, store.on_disk(made.community_id, made.sha256) as path:
        out = folder / "clip.mp3"
        try:
            audio.clip(path, *span, out)
        except Unreadable:
            return None
        return out.read_bytes()
