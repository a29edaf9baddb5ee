"""For a public restitution: what was sent out, and may be public now; and nothing else."""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from recolte.community.models import Community, Person
from recolte.consent.models import Purpose
from recolte.consent.rules import taken_back
from recolte.gatherings.models import Gathering
from recolte.programme.models import Contribution
from recolte.publishing import site
from recolte.publishing.actions import latest_publications, own_address, public_cards, public_claims, reaction_link
from recolte.publishing.dossiers.paper import Block, Code, Dossier, Heading, Item, Items, Section, Text, Words
from recolte.publishing.dossiers.visit import about, claims, figures, in_figures, programme, those
from recolte.publishing.models import ReactionDoor
from recolte.publishing.rules import why_no_reaction
from recolte.ui.dates import date_format


def restitution_dossier(gathering: Gathering, others: Sequence[Gathering] = ()) -> Dossier:
    """Of one gathering, or of several: `others` come after it. Reactions are those to the first."""
    gatherings = [gathering, *others]
    community = gathering.community
    cards = public_cards(public_claims(community, gatherings))
    named = _contributors(community, gatherings)
    visits = list(_visits(gatherings))
    title = _("The gatherings") if others else _("The gathering")
    sections = [Section("visits", title, visits)] if visits else []
    sections += _told(cards, community)
    if named:
        sections.append(Section("contributors", _("Who contributed, and agreed to be named"), [Items(named)]))
    credits = list(dict.fromkeys(credit for card in cards for credit in card.credits))
    if credits:
        credited = Items([Item(Words(one)) for one in credits])
        sections.append(Section("credits", _("Sources and attribution"), [credited]))
    if door := open_door_of(gathering):
        sections.append(Section("react", _("Your turn"), list(_react(door))))
    return Dossier(
        title=_("What we learned"),
        about=gathering.name,
        facts=about(gathering),
        community=community.name,
        made_from=_("from the cards that the community has published, as those who speak in them agreed"),
        sections=sections,
        first=""
        if cards
        else _(
            "Nothing that rests on this gathering is public yet: open a card whose claims are validated and publish it, "
            "then come back."
        ),
    )


def open_door_of(gathering: Gathering) -> ReactionDoor | None:
    """Where reactions are taken in now, if they are."""
    door = ReactionDoor.objects.filter(gathering=gathering).select_related("gathering").first()
    return door if door and not why_no_reaction(door) else None


def _visits(gatherings: Sequence[Gathering]) -> Iterable[Block]:
    if len(gatherings) > 1:
        yield those(gatherings)
    if found := figures(gatherings):
        yield in_figures(found)
    for one in gatherings:
        if one.is_option or not one.sessions.exists():
            continue
        if len(gatherings) > 1:
            yield Heading(one.name)
        yield from programme(one, level=3 if len(gatherings) == 1 else 4)


def _told(cards: Collection[site.Card], community: Community) -> list[Section]:
    """A section a card; its address where the site stands."""
    is_written = any(not one.folder for one in latest_publications(community))
    sections = []
    for card in cards:
        blocks: list[Block] = [Text(card.question)] if card.question else []
        blocks += claims(card.claims)
        if is_written:
            blocks.append(Text(_("Listen, and see the proof"), f"{own_address(community)}{card.folder}/"))
        sections.append(Section(f"card-{card.id}", card.title, blocks))
    return sections


def _contributors(community: Community, gatherings: Collection[Gathering]) -> list[Item]:
    """Those who agreed to be named, for the axes that these gatherings serve, or for the whole; who took back their name in
    what they said is named nowhere."""
    axes = {one.axis_id for one in gatherings if one.axis_id}
    agreed = Contribution.objects.filter(Q(axis=None) | Q(axis__in=axes), community=community, may_be_named=True)
    roles: dict[Person, list[str]] = {}
    for one in agreed.exclude(person__name="").select_related("person"):
        roles.setdefault(one.person, []).append(one.role)
    gone = taken_back((person.pk for person in roles), [Purpose.QUOTE_NAME])
    return [
        Item(Words(person.name), tuple(dict.fromkeys(those)))
        for person, those in roles.items()
        if person.pk not in gone
    ]


def _react(door: ReactionDoor) -> Iterable[Block]:
    link = reaction_link(door)
    yield Text(_("What do you make of it? What is missing, what do you know otherwise?"))
    yield Text(_("Say it in a minute, without an account"), link)
    yield Code(link)
    until = date_format(door.last_day, "l j F Y")
    yield Text(
        _("Until %(day)s. Those who work on it read it; it is published nowhere without you.") % {"day": until},
        is_soft=True,
    )
