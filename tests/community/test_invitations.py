"""Letters that let somebody in: once, by a button, and only from who coordinates."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from recolte.community.actions import (
    INVITATION_LASTS,
    accept_invitation,
    found_community,
    invitation_link,
    invite,
    join,
    read_invitation,
)
from recolte.community.models import Invitation, Membership, Role, User
from recolte.journal.models import Event
from tests.world import World, work


def _path(link: str) -> str:
    return "/" + link.split("/", 3)[3]


@pytest.fixture
def invitation(world: World) -> Invitation:
    return invite(world.community, "Chloe@Example.org ", Role.PRACTITIONER, by=world.amina)


@pytest.fixture
def link(invitation: Invitation) -> str:
    return _path(invitation_link(invitation))


def _people(world: World) -> dict[str, str]:
    return dict(world.community.memberships.values_list("user__email", "role"))


def test_an_invitation_is_a_letter_whose_link_leads_in(world: World, amina: Client, anonymous: Client) -> None:
    answer = amina.post(f"/communaute/{world.community.slug}/", {"email": "chloe@example.org", "role": "researcher"})
    work()
    assert (answer.status_code, answer["Location"]) == (302, f"/communaute/{world.community.slug}/")
    (letter,) = mail.outbox
    assert letter.to == ["chloe@example.org"]
    assert [name in letter.subject for name in ("Amina", "Les Passerelles")] == [True, True]
    (link,) = re.findall(r"https?://\S+", letter.body)
    assert read_invitation(link.rsplit("/", 2)[1]) == Invitation.objects.get()

    page = anonymous.get(_path(link))
    assert (page.status_code, page.context["invitation"]) == (200, Invitation.objects.get())
    joined = anonymous.post(_path(link), {"name": " Chloé "}, follow=True)
    chloe = User.objects.get(email="chloe@example.org")
    assert (chloe.name, joined.context["user"], joined.redirect_chain) == ("Chloé", chloe, [("/", 302)])
    assert _people(world)["chloe@example.org"] == "researcher"


def test_opening_the_link_changes_nothing(world: World, anonymous: Client, link: str) -> None:
    """Mail programs open links by themselves."""
    before = (_people(world), User.objects.count(), Event.objects.count())
    for _ in range(3):
        page = anonymous.get(link)
        assert (page.status_code, page.wsgi_request.user.is_authenticated) == (200, False)
    assert anonymous.head(link).status_code == 200
    assert (_people(world), User.objects.count(), Event.objects.count()) == before
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"


def test_a_link_works_once(world: World, link: str) -> None:
    statuses = [Client().post(link, {"name": name}).status_code for name in ("Chloé", "Une autre")]
    assert (statuses, Client().get(link).status_code) == ([302, 410], 410)
    assert User.objects.get(email="chloe@example.org").name == "Chloé"
    assert Membership.objects.filter(user__email="chloe@example.org").count() == 1


def test_of_two_who_use_a_link_at_once_one_comes_in(invitation: Invitation) -> None:
    same = Invitation.objects.get()
    assert accept_invitation(invitation, "Chloé") == User.objects.get(name="Chloé")
    assert accept_invitation(same, "Une autre") is None


def test_inviting_again_ends_the_earlier_link(world: World, anonymous: Client, link: str) -> None:
    again = invite(world.community, "chloe@example.org", Role.RESEARCHER, by=world.amina)
    assert (anonymous.get(link).status_code, anonymous.post(link, {"name": "Chloé"}).status_code) == (410, 410)
    assert anonymous.get(_path(invitation_link(again))).status_code == 200
    assert Invitation.objects.get().role == Role.RESEARCHER


def test_a_link_ends_after_thirty_days(anonymous: Client, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now().timestamp()
    days = INVITATION_LASTS / timedelta(days=1)
    for later, status in ((days - 1, 200), (days + 1, 410)):
        monkeypatch.setattr("django.core.signing.time.time", lambda later=later: now + later * 24 * 3600)
        assert anonymous.get(link).status_code == status
    assert anonymous.post(link, {"name": "Chloé"}).status_code == 410


@pytest.mark.parametrize(
    "change", [lambda path: path[:-2] + "x/", lambda path: path.replace(":", "."), lambda path: path + "x/"]
)
def test_a_changed_link_leads_nowhere(anonymous: Client, link: str, change) -> None:  # type: ignore[no-untyped-def]
    assert anonymous.post(change(link), {"name": "Chloé"}).status_code in (404, 410)
    assert User.objects.count() == 3


def test_the_name_is_asked_for(world: World, anonymous: Client, link: str) -> None:
    page = anonymous.post(link, {"name": " "})
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["name"])
    assert "chloe@example.org" not in _people(world)


def test_who_has_an_account_without_a_name_gives_it(world: World) -> None:
    user = User.objects.create_user("chloe@example.org")
    letter = invite(world.community, "chloe@example.org", Role.PRACTITIONER, by=world.amina)
    assert accept_invitation(letter, "Chloé") == user
    assert User.objects.get(pk=user.pk).name == "Chloé"


def test_who_is_known_elsewhere_keeps_one_account(world: World) -> None:
    letter = invite(world.community, "driss@example.org", Role.PRACTITIONER, by=world.amina)
    page = Client().get(_path(invitation_link(letter)))
    assert page.context["form"].initial == {"name": "Driss"}
    assert accept_invitation(letter, "Driss") == world.driss
    assert sorted(str(one.community) for one in world.driss.memberships.all()) == ["Ailleurs", "Les Passerelles"]
    assert world.client("driss").get(world.gathering.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("who", ["bruno", "driss", "anonymous"])
def test_only_who_coordinates_invites(world: World, who: str) -> None:
    url = f"/communaute/{world.community.slug}/"
    world.client(who).post(url, {"email": "ami@example.org", "role": "coordinator"})
    assert (Invitation.objects.count(), mail.outbox) == (0, [])
    page = world.client(who).get(url)
    assert (page.context or {}).get("form") is None


def test_who_coordinates_sees_the_letters_without_an_answer(world: World, invitation: Invitation) -> None:
    pending = {
        who: list(world.client(who).get(f"/communaute/{world.community.slug}/").context["pending"])
        for who in ("amina", "bruno")
    }
    assert pending == {"amina": [invitation], "bruno": []}
    accept_invitation(invitation, "Chloé")
    page = world.client("amina").get(f"/communaute/{world.community.slug}/")
    assert (list(page.context["pending"]), [str(one.user) for one in page.context["listing"].rows]) == (
        [],
        ["Amina", "Bruno", "Chloé"],
    )


@pytest.mark.parametrize(
    ("email", "role", "wrong"),
    [
        ("bruno@example.org", "researcher", ["email"]),  # a member already
        ("BRUNO@example.org", "researcher", ["email"]),
        ("nobody", "researcher", ["email"]),
        ("", "researcher", ["email"]),
        ("ami@example.org", "owner", ["role"]),
        ("ami@example.org\r\nBcc: all@example.org", "researcher", ["email"]),
    ],
)
def test_what_cannot_be_sent_is_said(world: World, amina: Client, email: str, role: str, wrong: list[str]) -> None:
    page = amina.post(f"/communaute/{world.community.slug}/", {"email": email, "role": role})
    assert (page.status_code, list(page.context["form"].errors), mail.outbox) == (200, wrong, [])
    assert _people(world) == {"amina@example.org": "coordinator", "bruno@example.org": "researcher"}


def test_a_member_cannot_be_invited(world: World) -> None:
    with pytest.raises(ValidationError):
        invite(world.community, "bruno@example.org", Role.COORDINATOR, by=world.amina)


def test_joining_twice_keeps_the_first_role(world: World) -> None:
    before = Event.objects.count()
    again = join(world.community, world.bruno, Role.COORDINATOR, by=world.amina)
    assert (again.role, Event.objects.count()) == (Role.RESEARCHER, before)


def test_the_journal_tells_of_invitations_without_addresses(invitation: Invitation) -> None:
    before = Event.objects.count() - 1
    accept_invitation(invitation, "Chloé")
    events = list(Event.objects.all())[before:]
    assert [event.verb for event in events] == ["invitation.sent", "membership.began", "invitation.accepted"]
    assert [word for word in ("chloe", "Chloé", "example.org") if word in str([event.data for event in events])] == []


def test_two_communities_of_nearly_one_name_have_two_addresses(world: World) -> None:
    slugs = [found_community(name, by=None).slug for name in ("Les Passerelles !", "Les passerelles ?", "!!", "…")]
    assert len({world.community.slug, *slugs}) == 5
    assert "" not in slugs
