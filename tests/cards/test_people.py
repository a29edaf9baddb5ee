"""The people who speak: who they are, what they agreed to, and giving them their personal link."""

import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from recolte.cards.actions import read_personal_link
from recolte.cards.people import recognisable
from recolte.cards.rail import agreements
from recolte.community.actions import join
from recolte.community.models import Organisation, Person, Reader, Role, User
from recolte.community.people import change_person, find_or_make_person
from recolte.consent.actions import agree_to, withdraw
from recolte.consent.models import Consent, Purpose
from recolte.journal.models import Event
from recolte.sources.models import Source
from recolte.transcripts.actions import recognise_voice
from recolte.ui.context import Stop
from tests.cards.telling import HERS, HIS, Telling, tell
from tests.world import CAST, World, kept, spoken, work

PAPER = Consent.How.PAPER


@pytest.fixture
def told(world: World) -> Telling:
    return tell(world)


@pytest.fixture
def nadia(world: World) -> Client:
    """A practitioner of the community."""
    user = User.objects.create_user("nadia@example.org", "Nadia")
    join(world.community, user, Role.PRACTITIONER, by=world.amina)
    client = Client()
    client.force_login(user)
    return client


def _text(response: HttpResponse) -> str:
    return response.content.decode()


# Who they are


def test_the_same_name_is_the_same_person_completed_where_nothing_was_known(world: World) -> None:
    first = find_or_make_person(world.community, name=" Léa  Martin", by=world.amina)
    again = find_or_make_person(
        world.community, name="léa martin", role="habitante", structure="L’Atelier", by=world.bruno
    )
    third = find_or_make_person(world.community, name="Léa Martin", role="élue", structure="La Mairie", by=world.bruno)
    assert first == again == third
    assert (third.name, third.role, str(third.organisation)) == ("Léa Martin", "habitante", "L’Atelier")
    verbs = Event.objects.filter(subject__startswith="community.person").order_by("id").values_list("verb", "by__name")
    assert list(verbs) == [("person.added", "Amina"), ("person.changed", "Bruno")]
    assert "Léa" not in str(list(Event.objects.values_list("data")))


def test_somebody_without_a_name_is_known_by_role_and_structure(world: World) -> None:
    facts = [
        {"role": "animatrice", "structure": "L’Atelier"},
        {"role": "Animatrice", "structure": "l’atelier"},
        {"role": "animatrice", "structure": "La Mairie"},
        {"role": "animatrice"},
        {"role": "animatrice", "name": "Léa", "structure": "L’Atelier"},
    ]
    made = [find_or_make_person(world.community, by=world.amina, **fact) for fact in facts]
    assert len({person.pk for person in made}) == 4 and made[0] == made[1]
    assert set(Organisation.objects.values_list("name", flat=True)) == {"L’Atelier", "La Mairie"}


def test_a_person_has_a_name_or_a_role(world: World) -> None:
    with pytest.raises(ValidationError, match="."):
        find_or_make_person(world.community, name="  ", role="", structure="La Mairie", by=world.amina)
    assert (Person.objects.get(), Organisation.objects.get()) == (world.chloe, world.atelier)


def test_the_people_of_two_communities_are_others(world: World) -> None:
    here = world.chloe
    there = find_or_make_person(world.elsewhere, name="Chloé", structure="L’Atelier", by=world.driss)
    assert here != there and here.organisation != there.organisation


def test_two_people_of_a_community_have_two_names(world: World) -> None:
    chloe = world.chloe
    emile = find_or_make_person(world.community, name="Émile", by=world.amina)
    with pytest.raises(ValidationError):
        change_person(emile, name="CHLOÉ", role="", by=world.amina)
    with pytest.raises(ValidationError):
        change_person(emile, name="", role=" ", by=world.amina)
    change_person(chloe, name="chloé", role="", structure="L’Atelier", pseudonym="Une voisine", by=world.amina)
    chloe.refresh_from_db()
    assert (chloe.name, chloe.public_name, str(chloe.organisation)) == ("chloé", "Une voisine", "L’Atelier")


def test_who_would_be_recognised(world: World) -> None:
    lea = find_or_make_person(world.community, name="Léa", role="habitante", structure="L’Atelier", by=world.amina)
    assert ["habitante, L’Atelier" in sentence for sentence in recognisable(lea)] == [True]
    find_or_make_person(world.community, name="Zoé", role="Habitante", structure="L’Atelier", by=world.amina)
    assert recognisable(lea) == []
    lea.pseudonym = "La léa du jeudi"
    assert len(recognisable(lea)) == 1
    lea.pseudonym = "Une voisine"
    assert recognisable(lea) == []


# Rights


@pytest.mark.parametrize("who", CAST)
def test_each_of_the_cast_gets_what_is_theirs(told: Telling, who: str) -> None:
    client = told.world.client(who)
    urls = [f"/communaute/{told.world.community.slug}/personnes/", f"/personnes/{told.chloe.pk}/"]
    got = [(client.get(url).status_code, client.post(url, {"do": "change"}).status_code) for url in urls]
    theirs = [(200, 422), (200, 422)]
    others = {"driss": [(404, 404)] * 2, "chloe": [(302, 302)] * 2, "anonymous": [(302, 302)] * 2}
    assert got == others.get(who, theirs)


def test_a_practitioner_sees_who_speaks_but_not_who_agreed_or_withdrew(told: Telling, nadia: Client) -> None:
    agree_to(told.chloe, [Purpose.GROUP, Purpose.QUOTE_NAME], how=PAPER, by=told.world.amina)
    withdraw(told.chloe, [Purpose.QUOTE_NAME], how=PAPER, by=told.world.amina)
    persons, person = f"/communaute/{told.world.community.slug}/personnes/", f"/personnes/{told.chloe.pk}/"
    for url in (persons, person):
        shown = _text(nadia.get(url))
        assert "Chloé" in shown and "menuisière" in shown
        assert 'class="state' not in shown and 'method="post" action="#lien"' not in shown
        assert nadia.post(url, {"do": "agree", "purposes": "group", "how": "paper"}).status_code == 403
    assert HERS not in _text(nadia.get(person))  # Émile, who speaks in it as well, has not agreed
    assert told.chloe.consents.count() == 2


def test_the_words_of_what_another_brought_without_agreement_are_not_there(told: Telling) -> None:
    person = f"/personnes/{told.chloe.pk}/"
    Source.objects.update(attestation=None)
    seen = {who: HERS in _text(told.world.client(who).get(person)) for who in ("amina", "bruno")}
    assert seen == {"amina": False, "bruno": False}  # for Amina, who brought it, a chip without words


# The list


def test_the_list_says_what_each_agreed_to_and_in_how_many_passages_they_speak(told: Telling, bruno: Client) -> None:
    told.passage(HERS, HIS)
    agree_to(told.chloe, [Purpose.GROUP, Purpose.QUOTE_NAME], how=PAPER, by=told.world.amina)
    withdraw(told.chloe, [Purpose.GROUP], how=PAPER, by=told.world.amina)
    rows = _rows(_text(bruno.get(f"/communaute/{told.world.community.slug}/personnes/")))
    assert rows == {
        "Chloé": (["consent-group", "withdrawn", "consent", "consent", "circle-dashed"], 2),
        "Émile": (["consent-group"] + ["circle-dashed"] * 4, 2),
    }


def test_the_list_narrows_to_who_was_never_asked_and_is_taken_away(told: Telling, bruno: Client) -> None:
    told.passage(HERS, HIS)
    agree_to(told.chloe, [Purpose.GROUP], how=PAPER, by=told.world.amina)
    Source.objects.get().people.set([told.chloe, told.emile])
    persons = f"/communaute/{told.world.community.slug}/personnes/"
    assert _rows(_text(bruno.get(f"{persons}?answers=unasked"))).keys() == {"Émile"}
    file = bruno.get(f"{persons}?as=csv").content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in file[1:]] == ["Émile", "Chloé"]  # who was never asked comes first
    assert [line.split(",")[3:] for line in file[1:]] == [
        ["attesté", *["non demandé"] * 4, "2"],
        ["attesté", "accepté", *["non demandé"] * 3, "2"],
    ]


def _rows(shown: str) -> dict[str, tuple[list[str], int]]:
    found = {}
    for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", shown, re.DOTALL):
        name = re.search(r"/personnes/[^>]+>([^<]+)<", row)
        assert name
        found[name[1]] = (re.findall(r"icons\.svg#([\w-]+)", row), int(re.findall(r"(\d+)</span></td>", row)[-1]))
    return found


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(
    told: Telling,
    amina: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
    count: int,
) -> None:
    monkeypatch.setattr("recolte.ui.context._waits", [])
    for number in range(count):
        source = kept(told.world, f"{number}.wav")
        person = find_or_make_person(told.world.community, name=f"Voix {number}", role="élue", by=told.world.amina)
        recognise_voice(spoken(source, "Une voix.").speakers.get(), person, by=told.world.amina)
    told.passage(HERS, HIS)
    with django_assert_num_queries(12):
        amina.get(f"/communaute/{told.world.community.slug}/personnes/")


def test_somebody_is_added(told: Telling, bruno: Client) -> None:
    url = f"/communaute/{told.world.community.slug}/personnes/"
    facts = {"name": "", "role": "élue", "structure": "la mairie", "pseudonym": "Une élue"}
    response = bruno.post(url, facts)
    made = Person.objects.get(role="élue")
    assert response["Location"] == f"/personnes/{made.pk}/"
    assert (made.name, made.pseudonym, str(made.organisation)) == ("", "Une élue", "la mairie")
    response = bruno.post(url, {"structure": "la mairie"})
    assert response.status_code == 422 and 'class="error"' in _text(response)


# The page of one


def _page(told: Telling) -> str:
    return f"/personnes/{told.chloe.pk}/"


def test_an_agreement_and_a_withdrawal_are_noted_with_who_noted_them(told: Telling, bruno: Client) -> None:
    url = _page(told)
    noted = bruno.post(url, {"do": "agree", "purposes": ["group", "quote_pseudonym"], "how": "spoken"})
    assert noted.status_code == 302
    consents = told.chloe.consents.values_list("purpose", "how", "by__name", "withdrawn_at")
    assert set(consents) == {("group", "spoken", "Bruno", None), ("quote_pseudonym", "spoken", "Bruno", None)}
    assert bruno.post(url, {"do": "withdraw", "purposes": ["group"], "how": "paper"}).status_code == 302
    assert set(told.chloe.consents.standing().values_list("purpose", flat=True)) == {"quote_pseudonym"}
    shown = _text(bruno.get(url))
    assert shown.count("Bruno") >= 2 and "history" in shown


@pytest.mark.parametrize("do", ["agree", "withdraw"])
@pytest.mark.parametrize("fields", [{}, {"purposes": "group"}, {"how": "paper"}, {"purposes": "group", "how": "link"}])
def test_a_note_says_to_what_and_how(told: Telling, bruno: Client, do: str, fields: dict[str, str]) -> None:
    response = bruno.post(_page(told), {"do": do, **fields})
    assert response.status_code == 422
    assert 'class="error"' in _text(response) and "<details open>" in _text(response)
    assert not told.chloe.consents.exists()


def test_who_they_are_is_changed(told: Telling, bruno: Client) -> None:
    facts = {"name": "Chloé M.", "role": "élue", "structure": "", "pseudonym": "Une élue"}
    assert bruno.post(_page(told), {"do": "change", **facts}).status_code == 302
    told.chloe.refresh_from_db()
    assert (told.chloe.name, told.chloe.organisation, told.chloe.pseudonym) == ("Chloé M.", None, "Une élue")
    response = bruno.post(_page(told), {"do": "change", "name": "Émile"})
    assert response.status_code == 422 and 'class="error"' in _text(response)


def test_a_link_is_made_shown_once_and_opens_her_page(told: Telling, bruno: Client, anonymous: Client) -> None:
    response = bruno.post(_page(told), {"do": "link"})
    assert "no-store" in response["Cache-Control"]
    found = re.search(r'id="personal-link" readonly value="([^"]+)"', _text(response))  # type: ignore[arg-type]
    assert found
    path = "/" + found[1].split("/", 3)[3]
    assert read_personal_link(path.split("/")[2]) == told.chloe
    assert anonymous.get(path).status_code == 200
    assert "personal-link" not in _text(bruno.get(_page(told)))
    assert Event.objects.get(verb="person.link_given").data == {"sent": False}
    assert bruno.post(_page(told), {"do": "end_links"}).status_code == 302
    assert anonymous.get(path).status_code == 410


def test_a_link_is_sent(told: Telling, bruno: Client) -> None:
    response = bruno.post(_page(told), {"do": "link", "email": "chloe@example.org"})
    work()
    (letter,) = mail.outbox
    assert letter.to == ["chloe@example.org"]
    assert "/parole/" in letter.body and "Les Passerelles" in letter.subject
    assert "chloe@example.org" in _text(response)  # type: ignore[arg-type]
    assert "chloe@" not in str(list(Event.objects.values_list("data")))
    assert bruno.post(_page(told), {"do": "link", "email": "nobody"}).status_code == 422
    assert len(mail.outbox) == 1


def test_what_is_asked_for_is_known(told: Telling, bruno: Client) -> None:
    assert bruno.post(_page(told), {"do": "erase"}).status_code == 302
    assert Person.objects.filter(pk=told.chloe.pk).exists()


# The rail


def _stop(world: World, user: Reader) -> Stop | None:
    request = RequestFactory().get("/")
    request.user = user
    return agreements(request)


def test_the_rail_counts_who_was_never_asked(told: Telling, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world = told.world
    find_or_make_person(world.community, name="Qui ne parle pas", by=world.amina)
    with django_assert_num_queries(1):
        stop = _stop(world, world.bruno)
    assert stop and (stop.count, stop.url) == (2, f"/communaute/{world.community.slug}/personnes/")
    agree_to(told.chloe, [Purpose.GROUP], how=PAPER, by=world.amina)
    withdraw(told.chloe, [Purpose.GROUP], how=PAPER, by=world.amina)  # was asked
    stop = _stop(world, world.amina)
    assert stop and stop.count == 1
    assert _stop(world, world.driss) is None


def test_the_rail_of_a_practitioner_has_no_agreements(told: Telling) -> None:
    user = User.objects.create_user("nadia@example.org", "Nadia")
    join(told.world.community, user, Role.PRACTITIONER, by=told.world.amina)
    assert _stop(told.world, user) is None
