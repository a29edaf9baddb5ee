"""Roles: what each may do, what each could do at a past date, handing over, leaving."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from recolte.cards.rules import can_publish, can_write
from recolte.coding.actions import make_code
from recolte.coding.rules import can_code, can_edit_code, can_read_back
from recolte.community.actions import accept_invitation, invite, join
from recolte.community.belonging import enter_circle, make_circle, person_of
from recolte.community.models import Circle, Mandate, Membership, Role, User
from recolte.community.roles import change_role, end_membership, hand_over
from recolte.community.rules import can_invite, can_say_who, role_in
from recolte.gatherings.rules import can_plan
from recolte.journal.models import Event
from recolte.publishing.rules import can_write_site
from recolte.sources.models import Kind, Source
from recolte.sources.rules import can_deposit
from tests.world import World, kept, passage_of, work


def _began(world: World, user: User, on: date) -> None:
    """As if their role had begun earlier."""
    Mandate.objects.filter(user=user, community=world.community).update(starts_on=on)


def _of(world: World, user: User) -> Membership:
    return world.community.memberships.select_related("user", "community").get(user=user)


TODAY = timezone.localdate()
RIGHTS = [
    "reads",
    "plans",
    "brings",
    "codes",
    "reads back",
    "writes",
    "edits codes",
    "says who",
    "invites",
    "publishes",
]
CONTRIBUTES = RIGHTS[:6]


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.COORDINATOR, RIGHTS),
        (Role.RESEARCHER, RIGHTS[:8]),
        (Role.PRACTITIONER, CONTRIBUTES),
        (Role.COMMITTEE, ["reads", "reads back"]),
        (Role.HOST, ["reads", "reads back"]),
        (Role.FUNDER, ["reads"]),
        (Role.OBSERVER, ["reads"]),
    ],
)
def test_what_each_role_may_do(world: World, role: Role, rights: list[str]) -> None:
    who = User.objects.create_user("elise@example.org", "Élise")
    join(world.community, who, role, by=world.amina)
    note = kept(world, "note.md", Kind.DOCUMENT, text="Une visite.")
    passage = passage_of(world, note, "visite")
    may = {
        "reads": Source.objects.readable_by(who).filter(pk=note.pk).exists(),
        "plans": can_plan(who, world.community),
        "brings": can_deposit(who, world.gathering),
        "codes": can_code(who, note),
        "reads back": can_read_back(who, passage),
        "writes": can_write(who, world.community),
        "edits codes": can_edit_code(who, _code(world)),
        "says who": can_say_who(who, world.community),
        "invites": can_invite(who, world.community),
        "publishes": can_publish(who, world.community) and can_write_site(who, world.community),
    }
    assert [right for right in RIGHTS if may[right]] == rights


def _code(world: World):  # type: ignore[no-untyped-def]
    return make_code(world.community, "entraide", by=world.bruno)


def _told(world: World, who: User, day: date) -> list[str]:
    """The roles that gave rights on that day, as the page of functions tells them."""
    page = world.client("amina").get(f"/communaute/{world.community.slug}/fonctions/?le={day}")
    return [one.role for one in page.context["listing"].rows if one.gives_rights and one.user == who]


def test_the_role_at_a_past_date_is_told(world: World) -> None:
    began = TODAY - timedelta(days=30)
    _began(world, world.bruno, began)
    change_role(_of(world, world.bruno), Role.OBSERVER, by=world.amina)
    assert role_in(world.community, world.bruno) == Role.OBSERVER
    told = {days: _told(world, world.bruno, TODAY - timedelta(days=days)) for days in (31, 30, 1, 0)}
    both = ["observer", "researcher"]  # on the day of the change
    assert told == {31: [], 30: ["researcher"], 1: ["researcher"], 0: both}
    assert [(one.role, one.ends_on) for one in Mandate.objects.filter(user=world.bruno).order_by("id")] == [
        ("researcher", TODAY),
        ("observer", None),
    ]


def test_a_role_is_changed_by_who_coordinates_alone(world: World) -> None:
    url = f"/communaute/{world.community.slug}/membres/{world.bruno.pk}/"
    assert world.client("bruno").post(url, {"do": "role", "role": "coordinator"}).status_code == 403
    assert world.client("amina").post(url, {"do": "role", "role": "host"}).status_code == 302
    assert role_in(world.community, world.bruno) == Role.HOST
    assert Event.objects.get(verb="membership.changed").data == {
        "user": str(world.bruno.pk),
        "was": "researcher",
        "role": "host",
    }


def test_somebody_must_remain_to_coordinate(world: World) -> None:
    client, mine = world.client("amina"), f"/communaute/{world.community.slug}/membres/{world.amina.pk}/"
    page = client.post(mine, {"do": "role", "role": "researcher"})
    assert (page.status_code, list(page.context["forms"].role.errors)) == (422, ["role"])
    page = client.post(f"/communaute/{world.community.slug}/quitter/")
    assert (page.status_code, bool(page.context["problem"])) == (422, True)
    assert role_in(world.community, world.amina) == Role.COORDINATOR
    change_role(_of(world, world.bruno), Role.COORDINATOR, by=world.amina)
    assert client.post(f"/communaute/{world.community.slug}/quitter/").status_code == 302
    assert role_in(world.community, world.amina) is None


def test_the_coordination_is_handed_over_and_authorship_stays(world: World) -> None:
    began, on = TODAY - timedelta(days=30), TODAY - timedelta(days=3)
    _began(world, world.amina, began)
    _began(world, world.bruno, began)
    note = kept(world, "note.md", Kind.DOCUMENT, text="Une visite.")
    facts = {"to": world.bruno.pk, "on": str(on), "stays": "researcher", "word": "Merci à toi, bon courage."}
    answer = world.client("amina").post(f"/communaute/{world.community.slug}/passation/", facts)
    assert answer.status_code == 302
    roles = {
        who: (role_in(world.community, who), _told(world, who, on - timedelta(days=1)))
        for who in (world.amina, world.bruno)
    }
    assert roles == {
        world.amina: (Role.RESEARCHER, ["coordinator"]),
        world.bruno: (Role.COORDINATOR, ["researcher"]),
    }
    assert _told(world, world.bruno, on + timedelta(days=1)) == ["coordinator"]
    assert (Source.objects.get(pk=note.pk).deposit.by, world.gathering.by) == (world.amina, world.amina)
    work()
    (letter,) = mail.outbox
    assert (letter.to, "Merci à toi, bon courage." in letter.body) == (["bruno@example.org"], True)
    (event,) = Event.objects.filter(verb="coordination.handed_over")
    assert event.data == {
        "before": str(world.amina.pk),
        "user": str(world.bruno.pk),
        "stays": "researcher",
        "on": str(on),
    }


@pytest.mark.parametrize(
    ("days", "wrong"), [(-1, ["on"]), (31, ["on"]), (30, None), (0, None)], ids=["future", "before", "first", "today"]
)
def test_a_day_on_which_it_could_not_be_handed_over_is_refused(
    world: World, days: int, wrong: list[str] | None
) -> None:
    for who in (world.amina, world.bruno):
        _began(world, who, TODAY - timedelta(days=30))
    facts = {"to": world.bruno.pk, "on": str(TODAY - timedelta(days=days)), "stays": "practitioner"}
    page = world.client("amina").post(f"/communaute/{world.community.slug}/passation/", facts)
    assert (list(page.context["form"].errors) if page.status_code == 422 else None) == wrong


def test_one_does_not_hand_over_to_oneself_nor_to_a_stranger(world: World) -> None:
    mine = _of(world, world.amina)
    for other in (mine, world.elsewhere.memberships.get(user=world.driss)):
        with pytest.raises(ValidationError):
            hand_over(mine, other, on=TODAY, stays=Role.HOST, by=world.amina)
    with pytest.raises(ValidationError):
        hand_over(_of(world, world.bruno), mine, on=TODAY, stays=Role.HOST, by=world.bruno)


def test_who_leaves_reads_nothing_more_keeps_authorship_and_may_come_back(world: World) -> None:
    note = kept(world, "note.md", Kind.DOCUMENT, by=world.bruno, text="Une visite.")
    bruno = person_of(world.community, world.bruno, by=world.amina)
    core = make_circle(world.community, Circle.Kind.CORE, "Noyau", by=world.amina)
    entered = enter_circle(core, bruno, by=world.amina)
    url = f"/communaute/{world.community.slug}/membres/{world.bruno.pk}/"
    answer = world.client("amina").post(url, {"do": "let_go"}, follow=True)
    assert answer.redirect_chain == [(f"/communaute/{world.community.slug}/membres/{bruno.pk}/", 302)]
    entered.refresh_from_db()
    assert (entered.ends_on, Source.objects.get(pk=note.pk).deposit.by) == (TODAY, world.bruno)
    assert world.client("bruno").get(world.gathering.get_absolute_url()).status_code == 404
    assert _told(world, world.bruno, TODAY) == ["researcher"]
    assert _told(world, world.bruno, TODAY + timedelta(days=1)) == []
    accept_invitation(invite(world.community, "bruno@example.org", Role.PRACTITIONER, by=world.amina), "Bruno")
    assert role_in(world.community, world.bruno) == Role.PRACTITIONER
    assert world.client("bruno").get(world.gathering.get_absolute_url()).status_code == 200
    assert person_of(world.community, world.bruno, by=world.amina) == bruno


def test_who_leaves_alone_is_led_home(world: World) -> None:
    answer = world.client("bruno").post(f"/communaute/{world.community.slug}/quitter/")
    assert (answer["Location"], role_in(world.community, world.bruno)) == ("/", None)
    with pytest.raises(ValidationError):
        end_membership(_of(world, world.amina), by=world.amina)
