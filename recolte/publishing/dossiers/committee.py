"""For the committee: its agenda with its history, what became of the last one, where we are since, and what is ahead."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recolte.cards.models import Card, Claim
from recolte.cards.rules import Standing, standings, state_of
from recolte.community.models import Community, User
from recolte.gatherings.models import FIRST_DAY, AgendaItem, Attendance, Decision, Gathering, Kind, Task
from recolte.programme.models import Agreement, FundingLine, Sure
from recolte.programme.models import Standing as Signed
from recolte.programme.rules import can_read_funding
from recolte.publishing.dossiers.paper import Block, Dossier, Heading, Item, Items, Section, Table, Text, Words
from recolte.publishing.dossiers.states import state_words
from recolte.publishing.dossiers.visit import about, day, days, figures, in_figures, nothing
from recolte.ui.dates import date_format

AHEAD = timedelta(days=90)
MOST = 40  # lines of a list of tasks, of cards, of gatherings


def committee_dossier(gathering: Gathering, reader: User) -> Dossier:
    """All that the committee needs on the table; the money as far as `reader` may read it."""
    community, today = gathering.community, timezone.localdate()
    last = _last_before(gathering, today)
    until = min(gathering.starts_on or today, today)
    points = list(_agenda(gathering))
    sections = [
        Section("agenda", _("Agenda"), points or [nothing(_("The agenda has no point yet."))]),
        Section("last", _("What was decided last time"), list(_last_time(last, community))),
        Section("since", _("Where we are"), list(_since(community, last, until))),
        Section("cards", _("Cards"), list(_cards(community, last))),
    ]
    if can_read_funding(reader, community):
        sections += [
            Section("money", _("Funding"), list(_money(community))),
            Section("agreements", _("Conventions"), list(_agreements(community, today))),
        ]
    sections += [
        Section("ahead", _("What is ahead"), list(_ahead(community, gathering, reader, today))),
        Section("options", _("Under study: nothing of it is settled"), list(_options(community))),
    ]
    return Dossier(
        title=_("Dossier for the committee") if gathering.kind == Kind.COMMITTEE else _("Dossier of the agenda"),
        about=gathering.name,
        facts=about(gathering)[1:],
        community=community.name,
        made_from=_("from the agenda, decisions, tasks, gatherings, cards and sums that the community has noted"),
        sections=sections,
        first="" if points else _("Write down the points of the agenda first: they open the dossier."),
    )


def _last_before(gathering: Gathering, today: date) -> Gathering | None:
    before = gathering.starts_on or today + timedelta(days=1)
    held = Gathering.objects.filter(community=gathering.community_id, kind=Kind.COMMITTEE).confirmed()
    return held.exclude(pk=gathering.pk).filter(starts_on__lt=before).order_by("-starts_on", "-id").first()


# The agenda, and what was decided ------------------------------------------------------------------------------------


def _agenda(gathering: Gathering) -> Iterable[Block]:
    """Each point, with what was said and decided of it in other gatherings before, and in this one."""
    items = list(gathering.agenda.prefetch_related("decisions"))
    others = AgendaItem.objects.filter(thread__in=[one.thread for one in items]).exclude(gathering=gathering)
    earlier: dict[UUID, list[AgendaItem]] = defaultdict(list)
    for one in others.select_related("gathering").prefetch_related("decisions").order_by("created_at"):
        earlier[one.thread].append(one)
    for number, item in enumerate(items, 1):
        brought = _("brought by %(name)s") % {"name": item.brought_by} if item.brought_by else ""
        yield Heading(f"{number}. {item.title}", item.get_absolute_url(), brought)
        history = [one for one in earlier[item.thread] if one.created_at < item.created_at]
        if history:
            yield Items([_told(one) for one in history])
        if item.minutes:
            yield Text(item.minutes)
        if item.decisions.all():
            yield Items(
                [Item(Words(one.text, one.get_absolute_url()), (_decided(one),)) for one in item.decisions.all()]
            )


def _told(item: AgendaItem) -> Item:
    """What was made of a point in an earlier gathering."""
    came_to = [_("decided: %(text)s") % {"text": one.text} for one in item.decisions.all()]
    facts = (days(item.gathering), *(came_to or [_("put off")]))
    return Item(Words(item.gathering.name, item.get_absolute_url()), tuple(filter(None, facts)), item.minutes)


def _decided(decision: Decision) -> str:
    return _("decided on %(day)s") % {"day": day(decision.decided_on)}


def _last_time(last: Gathering | None, community: Community) -> Iterable[Block]:
    tasks = Task.objects.filter(community=community).select_related("user", "person", "decision")
    if last is None:
        yield nothing(_("No committee met before."))
    else:
        yield Text(f"{last.name} · {days(last)}", last.get_absolute_url())
        decisions = list(
            Decision.objects.filter(item__gathering=last).select_related("item").order_by("item__position")
        )
        if decisions:
            yield Items([Item(Words(one.text, one.get_absolute_url()), (one.item.title,)) for one in decisions])
        else:
            yield nothing(_("No decision was noted then."))
        given = list(tasks.filter(decision__item__gathering=last))
        if given:
            yield Heading(_("What became of the tasks"))
            yield _tasks(_("Tasks given by the last committee"), given)
        tasks = tasks.exclude(decision__item__gathering=last)
    still = list(tasks.open()[:MOST])
    if still:
        yield Heading(_("Other tasks that are still open"))
        yield _tasks(_("Other tasks that are still open"), still)


def _tasks(title: str, tasks: Iterable[Task]) -> Table:
    return Table(title, [_("Task"), _("Who"), _("For"), _("State")], [_task(one) for one in tasks])


def _task(task: Task) -> list[Words]:
    url = task.decision.get_absolute_url() if task.decision else ""
    state = _("done") if task.is_done else _("late") if task.is_late else _("open")
    due = date_format(task.due_on, "j F Y") if task.due_on else ""
    return [Words(task.what, url), Words(str(task.owner or _("nobody yet"))), Words(due), Words(state)]


# Where we are --------------------------------------------------------------------------------------------------------


def _since(community: Community, last: Gathering | None, until: date) -> Iterable[Block]:
    held = Gathering.objects.filter(community=community).held(until).exclude(kind=Kind.COMMITTEE)
    if last and last.starts_on:
        yield Text(_("Since %(gathering)s, %(day)s.") % {"gathering": last.name, "day": day(last.starts_on)})
        held = held.filter(starts_on__gt=last.starts_on)
    gatherings = list(held.order_by("starts_on", "id"))
    if not gatherings:
        yield nothing(_("No gathering was held since then."))
        return
    yield in_figures([(_("gatherings held"), str(len(gatherings))), *figures(gatherings)])
    there = Attendance.objects.filter(gathering__in=gatherings).order_by()
    present = dict(there.values_list("gathering").annotate(Count("pk")))
    yield Items([_held(one, present.get(one.pk, 0)) for one in gatherings[-MOST:]])


def _held(gathering: Gathering, present: int) -> Item:
    came = ngettext("%(n)d person there", "%(n)d people there", present) % {"n": present} if present else ""
    return Item(Words(gathering.name, gathering.get_absolute_url()), tuple(filter(None, [*about(gathering), came])))


def _cards(community: Community, last: Gathering | None) -> Iterable[Block]:
    cards = Card.objects.filter(community=community).order_by("-changed_at")
    if last and last.starts_on:
        cards = cards.filter(changed_at__date__gt=last.starts_on)
    recent = list(cards[:MOST])
    if not recent:
        yield nothing(_("No card was written or changed since then."))
        return
    by_card: dict[UUID, list[Standing]] = defaultdict(list)
    for one in standings(Claim.objects.filter(card__in=recent).select_related("card")):
        by_card[one.claim.card_id].append(one)
    lines = [
        [
            Words(card.title, card.get_absolute_url()),
            Words(state_words(state_of(card, by_card[card.pk]))),
            Words(str(len(by_card[card.pk]))),
            Words(date_format(timezone.localtime(card.changed_at), "j F Y")),
        ]
        for card in recent
    ]
    heads = [_("Card"), _("State"), _("Claims"), _("Changed on")]
    yield Table(_("Cards written or changed since then"), heads, lines, frozenset({2}))


# The money -----------------------------------------------------------------------------------------------------------


def _money(community: Community) -> Iterable[Block]:
    """One table a state, and no sum of them."""
    lines = FundingLine.objects.filter(community=community)
    by_state: dict[str, list[FundingLine]] = defaultdict(list)
    for one in lines.select_related("funder", "axis"):
        by_state[one.state].append(one)
    if not by_state:
        yield nothing(_("No line of funding is noted."))
        return
    yield Text(_("These are not added together: what is probable is not secured."), is_soft=True)
    for total in lines.totals():
        if total.count:
            yield Heading(_in_all(str(Sure(total.state).label), total.money), note=_without_amount(total.unknown))
            rows = [
                [
                    Words(one.purpose, one.get_absolute_url()),
                    Words(str(one.funder)),
                    Words(str(one.axis or "")),
                    Words(one.money),
                ]
                for one in by_state[total.state]
            ]
            heads = [_("What for"), _("Funder"), _("Axis"), _("Amount")]
            yield Table(str(Sure(total.state).label), heads, rows, frozenset({3}))


def _in_all(state: str, money: str) -> str:
    return _("%(state)s: %(money)s") % {"state": state.capitalize(), "money": money}


def _without_amount(unknown: int) -> str:
    if not unknown:
        return ""
    return ngettext("%(n)d line without an amount yet", "%(n)d lines without an amount yet", unknown) % {"n": unknown}


def _agreements(community: Community, today: date) -> Iterable[Block]:
    those = Agreement.objects.filter(community=community).prefetch_related("parties")
    found = [one for one in those if one.standing(today) in (Signed.TO_RENEW, Signed.TO_SIGN)]
    if not found:
        yield nothing(_("No convention is about to end, and none waits to be signed."))
        return
    yield Items([_agreement(one, one.standing(today)) for one in found])


def _agreement(agreement: Agreement, standing: Signed) -> Item:
    ends = _("until %(day)s") % {"day": day(agreement.ends_on)} if agreement.ends_on else ""
    parties = ", ".join(str(one) for one in agreement.parties.all())
    facts = tuple(filter(None, [str(standing.label), ends, parties]))
    return Item(Words(agreement.title, agreement.get_absolute_url()), facts)


# What is ahead -------------------------------------------------------------------------------------------------------


def _ahead(community: Community, gathering: Gathering, reader: User, today: date) -> Iterable[Block]:
    """By day: gatherings that take place, tasks that are due, conventions that end."""
    to = today + AHEAD
    those = Q(starts_on__gte=today) | Q(starts_on=None, months_to__gte=today)
    coming = Gathering.objects.filter(those, community=community).confirmed().exclude(pk=gathering.pk)
    due = Task.objects.filter(community=community, due_on__gte=today, due_on__lte=to).open()
    ends = Agreement.objects.readable_by(reader).filter(community=community, ends_on__gte=today, ends_on__lte=to)
    found: list[tuple[date, str, Words, str]] = []
    for one in coming.order_by(FIRST_DAY)[:MOST]:
        first, kind = one.starts_on or one.months_from or today, str(one.get_kind_display())
        found.append((first, kind, Words(one.name, one.get_absolute_url()), one.months))
    for task in due.select_related("user", "person", "decision")[:MOST]:
        url = task.decision.get_absolute_url() if task.decision else reverse("tasks", args=[community.slug])
        who = _("task of %(name)s") % {"name": task.owner} if task.owner else _("task of nobody yet")
        found.append((task.due_on or today, who, Words(task.what, url), ""))
    for agreement in ends:
        what = Words(agreement.title, agreement.get_absolute_url())
        found.append((agreement.ends_on or today, _("convention ends"), what, ""))
    if not found:
        yield nothing(_("Nothing has a day in the next three months."))
        return
    found.sort(key=lambda one: one[0])
    yield Table(_("What is ahead, by day"), [_("What"), _("When"), _("Kind")], [_dated(*one) for one in found])


def _dated(when: date, kind: str, what: Words, months: str) -> Sequence[Words]:
    return [what, Words(months or day(when)), Words(kind)]


def _options(community: Community) -> Iterable[Block]:
    today = timezone.localdate()
    those = Gathering.objects.filter(community=community, is_option=True)
    options = list(those.exclude(pk__in=those.order_by().over(today).values("pk"))[:MOST])
    if not options:
        yield nothing(_("No gathering is under study."))
        return
    yield Items(
        [Item(Words(Truncator(one.name).chars(120), one.get_absolute_url()), tuple(about(one))) for one in options]
    )
