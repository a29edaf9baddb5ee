"""Dossiers: for whom they are, what is in them, and what is in none of them."""

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from lxml import etree, html
from odfdo import Document

from recolte.cards.actions import answer, publish_card
from recolte.cards.models import Answer, Claim
from recolte.cards.rules import standing
from recolte.coding.actions import strike
from recolte.community.actions import join
from recolte.community.models import Letter, Person, Role, User
from recolte.consent.actions import withdraw
from recolte.consent.models import Consent, Purpose
from recolte.gatherings.actions import add_session, note_presence, plan_gathering
from recolte.gatherings.actions.committee import add_item, decide, finish, give_task, postpone, write_item
from recolte.gatherings.models import Gathering
from recolte.journal.models import Event
from recolte.programme.actions import add_agreement, add_axis, add_funding, credit, start_programme
from recolte.publishing.actions import (
    close_reactions,
    close_to_host,
    host_address,
    open_reactions,
    open_to_host,
    own_link,
    react,
    reaction_link,
    read_host_token,
    send_to_host,
)
from recolte.publishing.dossiers.committee import committee_dossier
from recolte.publishing.dossiers.host import host_dossier
from recolte.publishing.dossiers.odt import ODT, odt
from recolte.publishing.dossiers.paper import Block, Code, Dossier, Figures, Heading, Items, Quote, Section, Table, Text
from recolte.publishing.dossiers.restitution import restitution_dossier
from recolte.publishing.models import HostLink, Reaction
from tests.world import World, accepts, allows, claimed, kept, passage_of, says, work

SAID = "On décide ensemble le lundi."
CLAIM = "Décider ensemble demande un jour fixe."


@pytest.fixture
def claim(world: World) -> Claim:
    """A claim on what Chloé says, which she has accepted and allows to be quoted, without her name."""
    transcript = says(world, kept(world, "table-ronde.wav"), SAID, "Et le mardi on oublie.")
    allows(world.chloe)
    made = claimed(world, CLAIM, passage_of(world, transcript, SAID))
    accepts(world.chloe, made)
    return made


def _words(blocks: Iterable[Block]) -> list[str]:
    """All that blocks say."""
    found: list[str] = []
    for block in blocks:
        match block:
            case Code():
                found.append(block.address)
            case Text():
                found.append(block.text)
            case Heading():
                found.append(block.text)
            case Items():
                found += [part for item in block.items for part in (item.title.text, *item.facts, item.text) if part]
            case Figures():
                found += [part for figure in block.figures for part in figure]
            case Table():
                found += [words.text for line in block.lines for words in line]
            case Quote():
                found += [part for line in block.lines for part in line]
    return found


def _section(dossier: Dossier, name: str) -> list[str]:
    (found,) = [one for one in dossier.sections if one.name == name]
    return _words(found.blocks)


def _all(dossier: Dossier) -> str:
    return "\n".join(word for section in dossier.sections for word in [section.title, *_words(section.blocks)])


def _committee(world: World, name: str, on: date) -> Gathering:
    return plan_gathering(world.community, name, by=world.amina, kind="committee", starts_on=on)


# For the committee ---------------------------------------------------------------------------------------------------


def test_the_committee_finds_its_agenda_with_its_history_and_what_became_of_the_last(world: World) -> None:
    today = timezone.localdate()
    first, now = _committee(world, "Un", today - timedelta(40)), _committee(world, "Deux", today)
    point = add_item(first, "Ouvrir la visite ?", brought_by="Rosa", by=world.amina)
    write_item(point, title=point.title, brought_by="Rosa", minutes="On hésite.", by=world.amina)
    postpone(point, now, by=world.amina)
    decision = decide(add_item(first, "Le lieu", by=world.amina), "La Halle.", today - timedelta(40), by=world.amina)
    done = give_task(world.community, "Réserver", decision=decision, owner=world.bruno, by=world.amina)
    give_task(world.community, "Écrire", decision=decision, due_on=today - timedelta(2), by=world.amina)
    give_task(world.community, "Ranger", by=world.amina)
    finish(done, by=world.bruno)
    dossier = committee_dossier(now, world.amina)
    assert dossier.first == ""
    agenda = _section(dossier, "agenda")
    assert (agenda[0], agenda[1], agenda[-1]) == ("1. Ouvrir la visite ?", "Un", "On hésite.")
    (last,) = [one for one in dossier.sections if one.name == "last"]
    given, still = [block for block in last.blocks if isinstance(block, Table)]
    assert [line[0].text for line in given.lines] == ["Écrire", "Réserver"]
    assert len({line[3].text for line in given.lines}) == 2  # late, and done
    assert [line[0].text for line in still.lines] == ["Ranger"]
    assert "La Halle." in _section(dossier, "last")


def test_the_committee_sees_what_was_held_since_the_last_one_and_no_option_as_a_fact(
    world: World, claim: Claim
) -> None:
    today = timezone.localdate()
    _committee(world, "Un", today - timedelta(40))
    now = _committee(world, "Deux", today + timedelta(3))
    Gathering.objects.filter(pk=world.gathering.pk).update(starts_on=today - timedelta(10))
    plan_gathering(world.community, "Trop tôt", by=world.amina, starts_on=today - timedelta(60))
    plan_gathering(world.community, "À venir", by=world.amina, starts_on=today + timedelta(30))
    plan_gathering(world.community, "Peut-être", by=world.amina, starts_on=today + timedelta(20), is_option=True)
    note_presence(world.gathering, [world.chloe], by=world.amina)
    dossier = committee_dossier(now, world.amina)
    since = _section(dossier, "since")
    assert [name in since for name in ("Visite à l’Atelier", "Trop tôt", "À venir", "Peut-être")] == [
        True,
        False,
        False,
        False,
    ]
    assert claim.card.title in _section(dossier, "cards")
    assert [name in _section(dossier, "ahead") for name in ("À venir", "Peut-être", "Deux")] == [True, False, False]
    assert "Peut-être" in _section(dossier, "options")
    assert dossier.first != ""  # its agenda is empty: that comes first


def test_sums_of_each_kind_stand_apart_and_are_for_the_team(world: World) -> None:
    now = _committee(world, "Un", timezone.localdate())
    for state, amount in (("secured", 1000), ("probable", 300), ("probable", 400)):
        add_funding(world.community, world.atelier, f"{state} {amount}", state=state, amount=amount, by=world.amina)
    ends = timezone.localdate() + timedelta(20)
    add_agreement(
        world.community, "Convention", [world.atelier], signed_on=date(2021, 1, 1), ends_on=ends, by=world.amina
    )
    lucie = User.objects.create_user("lucie@example.org", "Lucie")
    join(world.community, lucie, Role.COMMITTEE, by=world.amina)
    dossier = committee_dossier(now, world.amina)
    (money,) = [one for one in dossier.sections if one.name == "money"]
    tables = [[line[0].text for line in block.lines] for block in money.blocks if isinstance(block, Table)]
    assert tables == [["secured 1000"], ["probable 300", "probable 400"]]
    assert "Convention" in _section(dossier, "agreements")
    assert "Convention" in _section(dossier, "ahead")
    theirs = committee_dossier(now, lucie)
    assert {one.name for one in dossier.sections} - {one.name for one in theirs.sections} == {"money", "agreements"}
    assert "Convention" not in _all(theirs)


def test_who_only_practises_is_not_given_the_dossier_of_the_committee(world: World) -> None:
    malik = User.objects.create_user("malik@example.org", "Malik")
    join(world.community, malik, Role.PRACTITIONER, by=world.amina)
    now, client = _committee(world, "Un", timezone.localdate()), Client()
    client.force_login(malik)
    page = f"/rencontres/{now.pk}/dossiers/"
    got = [client.get(page + end).status_code for end in ("", "comite/", "comite.odt", "restitution/", "reactions/")]
    assert got == [200, 403, 403, 200, 403]
    shown = client.get(page).content.decode()
    assert ("comite" in shown, 'class="empty"' in shown) == (False, True)


def test_a_committee_that_meets_soon_asks_those_who_coordinate_for_its_dossier(
    world: World, amina: Client, bruno: Client
) -> None:
    today = timezone.localdate()
    days = {"soon": 14, "later": 15, "over": -1}
    pages = {
        name: f"/rencontres/{_committee(world, name, today + timedelta(n)).pk}/dossiers/comite/"
        for name, n in days.items()
    }
    option = _committee(world, "option", today)
    Gathering.objects.filter(pk=option.pk).update(is_option=True)
    pages["option"] = f"/rencontres/{option.pk}/dossiers/comite/"
    asked = {
        who: [name for name, page in pages.items() if page in client.get("/").content.decode()]
        for who, client in (("amina", amina), ("bruno", bruno))
    }
    assert asked == {"amina": ["soon"], "bruno": []}


# For a public restitution --------------------------------------------------------------------------------------------


def test_a_restitution_holds_what_was_sent_out_and_nothing_else(world: World, claim: Claim) -> None:
    later = claimed(world, "Pas encore validé.", claim.evidence.all()[0].excerpt, card=claim.card)
    before = restitution_dossier(world.gathering)
    publish_card(claim.card, by=world.amina)
    after = restitution_dossier(world.gathering)
    assert [CLAIM in _all(one) for one in (before, after)] == [False, True]
    assert [bool(one.first) for one in (before, after)] == [True, False]
    (quote,) = [block for one in after.sections for block in one.blocks if isinstance(block, Quote)]
    assert quote.lines == (("Une artisane", SAID),)
    assert [word in _all(after) for word in ("Chloé", later.text)] == [False, False]
    withdraw(world.chloe, [Purpose.QUOTE_PSEUDONYM], how=Consent.How.LINK, by=None)
    assert [word in _all(restitution_dossier(world.gathering)) for word in (CLAIM, SAID)] == [False, False]


def test_who_agreed_to_be_named_is_named_for_what_they_gave(world: World) -> None:
    programme = start_programme(world.community, "Essaimer", by=world.amina)
    other = add_axis(programme, 2, "Autre axe", by=world.amina)
    rosa = Person.objects.create(community=world.community, name="Rosa")
    credit(programme, world.chloe, "accueil", named=True, by=world.amina)
    credit(programme, rosa, "animation", named=False, by=world.amina)
    credit(programme, rosa, "relecture", axis=other, named=True, by=world.amina)
    assert _section(restitution_dossier(world.gathering), "contributors") == ["Chloé", "accueil"]
    allows(world.chloe, Purpose.QUOTE_NAME)
    withdraw(world.chloe, [Purpose.QUOTE_NAME], how=Consent.How.LINK, by=None)
    assert "contributors" not in [one.name for one in restitution_dossier(world.gathering).sections]


def test_words_of_others_that_name_somebody_leave_with_their_name_until_they_are_sent_out_again(
    world: World, amina: Client, claim: Claim
) -> None:
    rosa = Person.objects.create(community=world.community, name="Rosa")
    allows(rosa, Purpose.QUOTE_NAME)
    naming = claimed(world, "Rosa tient le lundi.", claim.evidence.all()[0].excerpt, card=claim.card)
    accepts(world.chloe, naming)
    publish_card(claim.card, by=world.amina)
    link = open_to_host(world.gathering, world.atelier, by=world.amina)

    def told() -> list[list[bool]]:
        dossiers = (restitution_dossier(world.gathering), host_dossier(HostLink.objects.get(pk=link.pk)))
        return [[text in _all(one) for text in (CLAIM, naming.text)] for one in dossiers]

    assert told() == [[True, True], [True, True]]
    withdraw(rosa, [Purpose.QUOTE_NAME], how=Consent.How.LINK, by=None)
    assert told() == [[True, False], [True, False]]
    publish_card(claim.card, by=world.amina)
    amina.post(link.get_absolute_url(), {"do": "tell"})
    assert told() == [[True, True], [True, True]]
    allows(rosa, Purpose.QUOTE_NAME)
    claim.card.title = "Le lundi de Rosa"
    claim.card.save()
    publish_card(claim.card, by=world.amina)
    withdraw(rosa, [Purpose.QUOTE_NAME], how=Consent.How.LINK, by=None)
    assert told() == [[False, False], [True, False]]


def test_several_gatherings_are_told_of_together_but_only_those_that_were_held(
    world: World, amina: Client, claim: Claim
) -> None:
    publish_card(claim.card, by=world.amina)
    restitution = plan_gathering(world.community, "Restitution", by=world.amina, starts_on=timezone.localdate())
    coming = plan_gathering(world.community, "Plus tard", by=world.amina)
    world.gathering.starts_on = date(2021, 9, 16)
    world.gathering.save()
    page = f"/rencontres/{restitution.pk}/dossiers/restitution/"
    told = [
        CLAIM in amina.get(f"{page}?avec={one.pk}").content.decode() for one in (restitution, world.gathering, coming)
    ]
    assert told == [False, True, False]


def test_the_programme_says_what_and_where_but_not_who_spoke(world: World) -> None:
    slot = {"starts_at": datetime(2021, 9, 16, 7, tzinfo=UTC), "ends_at": datetime(2021, 9, 16, 8, tzinfo=UTC)}
    add_session(world.gathering, by=world.amina, title="Accueil", **slot)
    said = _section(restitution_dossier(world.gathering), "visits")
    assert said[-3:] == ["09:00 – 10:00", "Accueil", ""]


# What people say of it -----------------------------------------------------------------------------------------------


def test_whoever_came_says_a_word_without_an_account_and_takes_it_back(world: World, anonymous: Client) -> None:
    door = open_reactions(world.gathering, timezone.localdate(), by=world.amina)
    link = reaction_link(door)
    empty = anonymous.post(link, {"words": "  ", "name": ""})
    assert (empty.status_code, Reaction.objects.count()) == (422, 0)
    own = anonymous.post(link, {"words": "Et les jeunes ?", "name": " Nour "})["Location"]
    reaction = Reaction.objects.get()
    assert (reaction.words, reaction.name, own) == ("Et les jeunes ?", "Nour", own_link(reaction))
    assert anonymous.get(own).status_code == 200
    assert Reaction.objects.count() == 1  # looking changes nothing
    assert anonymous.post(own).status_code == 200
    assert (Reaction.objects.count(), anonymous.get(own).status_code) == (0, 410)
    events = Event.objects.filter(verb__startswith="reaction").order_by("id")
    assert [(one.verb, one.data) for one in events] == [
        ("reactions.opened", {"gathering": str(world.gathering.pk), "number": 1}),
        ("reaction.left", {"gathering": str(world.gathering.pk)}),
        ("reaction.taken_back", {}),
    ]


def test_an_address_ends_with_its_day_with_a_new_one_and_when_it_is_closed(world: World, anonymous: Client) -> None:
    door = open_reactions(world.gathering, timezone.localdate() - timedelta(1), by=world.amina)
    over = reaction_link(door)
    assert anonymous.post(over, {"words": "Trop tard."}).status_code == 422
    with pytest.raises(ValidationError):
        react(door, "Trop tard.")
    door = open_reactions(world.gathering, timezone.localdate(), by=world.amina)
    new = reaction_link(door)
    assert [anonymous.get(one).status_code for one in (over, new)] == [410, 200]
    assert "react" in [one.name for one in restitution_dossier(world.gathering).sections]
    close_reactions(door, by=world.amina)
    assert (anonymous.get(new).status_code, Reaction.objects.count()) == (410, 0)
    assert "react" not in [one.name for one in restitution_dossier(world.gathering).sections]


def test_those_who_coordinate_put_words_aside_and_the_team_reads_the_others(
    world: World, amina: Client, bruno: Client
) -> None:
    door = open_reactions(world.gathering, timezone.localdate(), by=world.amina)
    kind, rude = react(door, "Un mot juste."), react(door, "Un mot de trop.")
    page = f"/rencontres/{world.gathering.pk}/dossiers/reactions/"
    assert bruno.post(f"/reactions/{rude.pk}/", {"do": "put_aside"}).status_code == 403
    assert amina.post(f"/reactions/{rude.pk}/", {"do": "put_aside"}).status_code == 302
    seen = {name: client.get(page).content.decode() for name, client in (("amina", amina), ("bruno", bruno))}
    assert {name: [word in text for word in (kind.words, rude.words)] for name, text in seen.items()} == {
        "amina": [True, True],
        "bruno": [True, False],
    }
    assert rude.words not in bruno.get(f"{page}?as=csv").content.decode()
    amina.post(f"/reactions/{rude.pk}/", {"do": "erase"})
    assert list(Reaction.objects.all()) == [kind]
    assert bruno.post(page, {"last_day": timezone.localdate()}).status_code == 403


# For the host --------------------------------------------------------------------------------------------------------


def test_a_host_reads_what_was_validated_before_it_is_public_and_nothing_that_was_not(
    world: World, amina: Client, anonymous: Client, claim: Claim
) -> None:
    rephrased = claimed(world, "Un brouillon.", claim.evidence.all()[0].excerpt, card=claim.card)
    answer(rephrased, world.chloe, Answer.REPHRASED, version=standing(rephrased).version, wording="Autrement.")
    link = open_to_host(world.gathering, world.atelier, by=world.amina)
    page = anonymous.get(host_address(link)).content.decode()
    met = [
        word in page for word in (CLAIM, SAID, "Une artisane", "Chloé", "Un brouillon.", "Autrement.", claim.card.title)
    ]
    assert met == [True, True, True, False, False, False, False]
    later = claimed(world, "Validé plus tard.", claim.evidence.all()[0].excerpt, card=claim.card)
    accepts(world.chloe, later)
    assert later.text not in anonymous.get(host_address(link)).content.decode()
    amina.post(link.get_absolute_url(), {"do": "tell"})
    assert later.text in anonymous.get(host_address(link)).content.decode()
    strike(claim.evidence.all()[0].excerpt, world.chloe)
    page = anonymous.get(host_address(link)).content.decode()
    assert [word in page for word in (CLAIM, SAID, "Une artisane")] == [False, False, False]


def test_a_host_cannot_tell_a_visit_with_objections_from_one_that_nobody_has_answered(
    world: World, claim: Claim
) -> None:
    other = plan_gathering(world.community, "Autre visite", by=world.amina)
    answer(claim, world.chloe, Answer.STRUCK, version=standing(claim).version)
    told = [host_dossier(open_to_host(one, world.atelier, by=world.amina)) for one in (world.gathering, other)]
    learned = [_section(one, "learned") for one in told]
    assert learned[0] == learned[1]


def test_the_letter_to_a_host_carries_the_address_which_can_be_ended(
    world: World, amina: Client, anonymous: Client
) -> None:
    link = open_to_host(world.gathering, world.atelier, by=world.amina)
    assert open_to_host(world.gathering, world.atelier, by=world.amina) == link
    send_to_host(link, "accueil@example.org", by=world.amina)
    work()
    (letter,) = mail.outbox
    assert (letter.to, host_address(link) in letter.body) == (["accueil@example.org"], True)
    assert Letter.objects.filter(to__gt="").count() == 0
    amina.post(link.get_absolute_url(), {"do": "close"})
    assert (HostLink.objects.count(), anonymous.get(host_address(link)).status_code) == (0, 410)
    assert read_host_token("invented") is None
    verbs = Event.objects.filter(verb__startswith="host_link").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["host_link.opened", "host_link.told", "host_link.sent", "host_link.closed"]
    fresh = open_to_host(world.gathering, world.atelier, by=world.amina)
    assert anonymous.get(host_address(link)).status_code == 410
    close_to_host(fresh, by=world.amina)


# As a page, and as a text --------------------------------------------------------------------------------------------


def test_a_dossier_is_an_opendocument_text_with_headings_lists_tables_and_links(world: World, claim: Claim) -> None:
    publish_card(claim.card, by=world.amina)
    note_presence(world.gathering, [world.chloe], by=world.amina)
    open_reactions(world.gathering, timezone.localdate(), by=world.amina)
    made = restitution_dossier(world.gathering)
    awkward = Section("x", "Un\x0btitre", [Text("a\nb  c\x00", "/ici/"), Quote("Étaye", (("", "mots"),), "source")])
    content = odt(Dossier(**{**_fields(made), "sections": [*made.sections, awkward]}))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, archive.read(first).decode()) == ("mimetype", 0, ODT)
        for name in ("content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml"):
            etree.fromstring(archive.read(name))
    document = Document(io.BytesIO(content))
    headings = _headings(document)
    assert headings[0] == (1, made.title)
    assert [title for level, title in headings if level == 2] == [*(one.title for one in made.sections), "Untitre"]
    assert (3, CLAIM) in headings
    (table,) = document.body.tables
    assert [len(row.cells) for row in table.rows] == [2, 2, 2]  # the heads, people, structures
    assert [link.url.rsplit("/", 2)[1] for link in document.body.get_links()][-1] == "ici"
    (image,) = document.body.images
    assert document.manifest.get_media_type(image.url) == "image/png"
    assert SAID in document.get_formatted_text()
    named = {style.name for style in document.get_styles()}
    used = {one.style for kind in ("headers", "paragraphs", "lists", "spans") for one in getattr(document.body, kind)}
    assert used - named == set()


def _headings(document: Document) -> list[tuple[int, str]]:
    body = etree.fromstring(document.body.serialize(with_ns=True))
    found = body.iter("{urn:oasis:names:tc:opendocument:xmlns:text:1.0}h")
    return [(int(one.values()[0]), " ".join("".join(one.itertext()).split())) for one in found]


def _fields(dossier: Dossier) -> dict[str, object]:
    return {name: getattr(dossier, name) for name in Dossier.__slots__}


def test_the_page_and_the_text_say_the_same(world: World, amina: Client) -> None:
    now = _committee(world, "Un", timezone.localdate())
    add_item(now, "Le lieu", by=world.amina)
    page = html.fromstring(amina.get(f"/rencontres/{now.pk}/dossiers/comite/").content)
    (article,) = page.xpath("//article")
    answered = amina.get(f"/rencontres/{now.pk}/dossiers/comite.odt")
    text = Document(io.BytesIO(answered.content))
    titles = [" ".join(one.text_content().split()) for one in article.xpath(".//h1 | .//h2 | .//h3 | .//h4")]
    assert titles == [title for _level, title in _headings(text)]
    assert answered["Content-Disposition"].endswith('.odt"')
