"""From the cards to the public site: what of them may be shown to everyone, now — and nothing else."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from recolte.cards.actions import on_change
from recolte.cards.models import Answer, Card, Claim, Evidence
from recolte.cards.rules import Borne, Standing, standings
from recolte.cards.words import sound
from recolte.coding.models import Excerpt
from recolte.coding.models import Stance as SaidStance
from recolte.coding.passages import Passage
from recolte.community.models import Community, Person, User
from recolte.consent.actions import on_withdrawal
from recolte.consent.models import Purpose
from recolte.consent.rules import Given, given
from recolte.gatherings.models import Gathering
from recolte.jobs import actions as jobs
from recolte.jobs.models import Job, State
from recolte.journal.actions import record
from recolte.publishing import site
from recolte.publishing.actions.reports import published_editions
from recolte.publishing.figured import frozen, parts
from recolte.publishing.models import Edition, Publication
from recolte.transcripts.actions import on_new_version
from recolte.transcripts.models import Correction, Transcript
from recolte.ui.dates import date_format

Progress = Callable[[int, int], None]  # passages done, passages in all
Heard = Callable[[Borne], bytes | None]  # the voice of a passage, where it may be heard


def own_folder(community: Community) -> Path:
    """Where the house itself keeps and shows the site of `community`."""
    return Path(settings.PUBLIC_SITE) / community.slug


def own_address(community: Community) -> str:
    return f"{settings.SITE_URL}/public/{community.slug}/"


def public_claims(community: Community, gatherings: Collection[Gathering] | None = None) -> list[Standing]:
    """The claims that may be public now, as those who coordinate sent them out; with `gatherings`, those borne there."""
    claims = Claim.objects.filter(community=community, card__published_at__isnull=False).select_related("card")
    if gatherings is not None:
        claims = claims.filter(pk__in=borne_at(gatherings))
    held = standings(claims.order_by("-card__published_at", "card", "position"))
    return [one for one in held if one.is_ready and one.is_sent_out]


def validated_claims(gathering: Gathering) -> list[Standing]:
    """The claims that rest on `gathering` and that all who speak in them have agreed to, with nothing lacking."""
    found = Claim.objects.filter(pk__in=borne_at([gathering])).select_related("card").order_by("card", "position")
    return [one for one in standings(found) if one.is_ready]


def borne_at(gatherings: Collection[Gathering]) -> QuerySet[Evidence, UUID]:
    """The ids of the claims that rest on something said or written at one of `gatherings`."""
    here = Evidence.objects.filter(excerpt__source__gathering__in=gatherings).order_by()
    return here.values_list("claim_id", flat=True)


def site_of(community: Community, *, url: str = "", progress: Progress = lambda done, total: None) -> site.Site:
    """All that is public of `community`, asked anew. Only the seconds of the quotes leave the recordings."""
    ready = public_claims(community)
    total, done = sum(len(one.usable) for one in ready), 0

    def heard(borne: Borne) -> bytes | None:
        nonlocal done
        sounds = clip(borne.passage) if borne.may_sound else None
        done += 1
        progress(done, total)
        return sounds

    return site.Site(
        community=community.name,
        url=url,
        language=settings.LANGUAGE_CODE,
        cards=public_cards(ready, heard),
        written_at=timezone.now(),
        checks=tuple(last_checks()),
        reports=tuple(_report(one) for one in published_editions(community)),
    )


def _report(edition: Edition) -> site.Report:
    told = frozen(edition.figures, [], is_team=False)
    return site.Report(
        id=str(edition.report_id),
        title=edition.title,
        number=edition.number,
        parts=tuple(parts(edition.sections, told)),
        figures=tuple(told.values()),
        published_at=edition.at,
        version=edition.sha256,
        language=settings.LANGUAGE_CODE,
        since=edition.starts_on,
        until=edition.ends_on,
    )


def public_cards(ready: Sequence[Standing], heard: Heard = lambda borne: None) -> tuple[site.Card, ...]:
    """The cards of claims that were sent out, with what may be public of them."""
    by_card: dict[UUID, list[tuple[Standing, site.Claim]]] = defaultdict(list)
    for standing, claim in zip(ready, told_claims(ready, heard), strict=True):
        by_card[standing.claim.card_id].append((standing, claim))
    cards = []
    for members in by_card.values():
        credits = [borne.passage.excerpt.source.deposit.credit for one, _claim in members for borne in one.usable]
        cards.append(_card(members[0][0].claim.card, [claim for _one, claim in members], credits))
    return tuple(cards)


def told_claims(ready: Sequence[Standing], heard: Heard = lambda borne: None) -> list[site.Claim]:
    """Claims of which nothing lacks, as everyone may read them; `heard` brings the voices (without it: none)."""
    passages = [borne.passage for one in ready for borne in one.usable]
    names = given(person for passage in passages for person in passage.person_ids)
    excerpts = [passage.excerpt.pk for passage in passages]
    spoken = dict(Transcript.objects.filter(excerpts__in=excerpts).values_list("pk", "language"))
    return [_claim(one, [_quote(borne, names, spoken, heard) for borne in one.usable]) for one in ready]


def _card(card: Card, claims: list[site.Claim], credits: Iterable[str]) -> site.Card:
    assert card.published_at is not None
    return site.Card(
        id=str(card.pk),
        title=card.published["title"],
        question=card.published["question"],
        claims=tuple(claims),
        published_at=card.published_at,
        changed_at=max(card.changed_at, card.published_at),
        language=settings.LANGUAGE_CODE,
        credits=tuple(dict.fromkeys(credit for credit in credits if credit)),
    )


def _claim(standing: Standing, quotes: list[site.Quote]) -> site.Claim:
    answers = [asked.answer for asked in standing.asked if asked.answer and asked.answer.answer != Answer.STRUCK]
    return site.Claim(
        id=str(standing.claim.pk),
        kind=standing.claim.kind,  # type: ignore[arg-type]
        text=standing.claim.text,
        quotes=tuple(quotes),
        version=standing.version,
        validated_on=max(timezone.localtime(answer.at).date() for answer in answers),
        validated_by=len(answers),
    )


def _quote(borne: Borne, names: Given, spoken: Mapping[UUID, str], heard: Heard) -> site.Quote:
    passage, excerpt = borne.passage, borne.passage.excerpt
    gathering = excerpt.source.gathering
    day = date_format(gathering.starts_on, "j F Y") if gathering.starts_on else gathering.months
    return site.Quote(
        id=str(excerpt.pk),
        stance=SaidStance(borne.evidence.stance).value,  # type: ignore[arg-type]
        lines=tuple(_lines(passage, names)),
        language=_language(excerpt, spoken),
        source=", ".join(part for part in (gathering.name, gathering.place, day) if part),
        start_ms=excerpt.start_ms if passage.is_voice else None,
        end_ms=excerpt.end_ms if passage.is_voice else None,
        sound=heard(borne),
        is_note=passage.is_note,
        may_reuse=borne.may_reuse,
    )


def _lines(passage: Passage, names: Given) -> Iterator[site.Line]:
    """What is said, under the names that may be public."""
    for line in passage.lines:
        person = line.person
        assert person is not None  # a claim with a voice that nobody named is not ready
        by_name = Purpose.QUOTE_NAME in names[person.pk]
        yield site.Line(str(person) if by_name else person.public_name, line.text or passage.quote)


def _language(excerpt: Excerpt, spoken: Mapping[UUID, str]) -> str:
    known = spoken.get(excerpt.transcript_id, "") if excerpt.transcript_id else excerpt.source.deposit.language
    return known or settings.LANGUAGE_CODE


def clip(passage: Passage) -> bytes | None:
    """The seconds of a passage, and no other, as MP3; None where there is no sound."""
    excerpt = passage.excerpt
    if excerpt.start_ms is None or excerpt.end_ms is None:
        return None
    return sound(excerpt, (excerpt.start_ms, excerpt.end_ms))


def last_checks() -> list[tuple[str, int]]:
    """What the last walk along the chain saw: (check, links)."""
    job = last_verification()
    return [(label, seen) for label, seen, _broken in job.result.get("checks", [])] if job else []


def last_verification() -> Job | None:
    return Job.objects.filter(name="journal.verify", state=State.DONE).order_by("-id").first()


def publish(
    community: Community, to: Path, *, url: str = "", by: User | None, progress: Progress = lambda done, total: None
) -> site.Written:
    """Write the site of `community` into `to`: what is public now, and nothing that was before. Raises `site.NotOurs`."""
    values = site_of(community, url=url, progress=progress)
    written = site.write(values, to)
    with transaction.atomic():
        publication = Publication.objects.create(
            community=community,
            folder="" if to == own_folder(community) else str(to),
            url=url,
            manifest=written.manifest,
            cards=len(values.cards),
            by=by,
        )
        record("site.written", publication, by=by, manifest=written.manifest, cards=len(values.cards))
    return written


def latest_publications(community: Community) -> list[Publication]:
    """The last writing into each folder, the house's own first."""
    latest: dict[str, Publication] = {}
    for publication in Publication.objects.filter(community=community).order_by("-id"):
        latest.setdefault(publication.folder, publication)
    return sorted(latest.values(), key=lambda one: one.folder)


def folder_of(publication: Publication) -> Path:
    return Path(publication.folder) if publication.folder else own_folder(publication.community)


@on_withdrawal
def write_without(person: Person) -> None:
    """Somebody withdrew or struck something: every site that was written is written again."""
    _write_again(person.community)


@on_change
def write_card_again(card: Card) -> None:
    """What a public card said, or what bore it, is another: its former words leave every site."""
    if card.published_at:
        _write_again(card.community)


@on_new_version
def write_corrected(transcript: Transcript, correction: Correction | None) -> None:
    """Turns were corrected that public words may rest on."""
    borne = Evidence.objects.filter(excerpt__transcript=transcript, claim__card__published_at__isnull=False)
    if correction and borne.exists():
        _write_again(transcript.community)


def _write_again(community: Community) -> None:
    if Publication.objects.filter(community=community).exists():
        jobs.start("publishing.write", community.pk, community=community)
