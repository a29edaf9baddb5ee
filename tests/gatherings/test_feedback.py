"""Hot questions: each answers once, nobody can tell who, and nothing is shown under five answers."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from recolte.community.actions import join
from recolte.community.models import Person, Role, User
from recolte.gatherings.actions.feedback import answer, ask, has_answered, hot_link, read_hot_link
from recolte.gatherings.models import HotQuestions
from recolte.journal.models import Event
from tests.world import World

QUESTIONS = ["Surprise ?", "Et après ?"]


@pytest.fixture
def asked(world: World) -> HotQuestions:
    return ask(world.gathering, [" Surprise  ?", "", "Et après ?"], by=world.amina)


def _now(asked: HotQuestions) -> HotQuestions:
    return HotQuestions.objects.get(pk=asked.pk)


def _answered(world: World, asked: HotQuestions, count: int) -> None:
    for number in range(count):
        person = Person.objects.create(community=world.community, name=f"Personne {number}")
        answer(asked, person, [f"mot numéro {count - number}", ""])


def test_the_three_questions_are_proposed_then_asked(world: World, amina: Client) -> None:
    url = f"/rencontres/{world.gathering.pk}/a-chaud/"
    proposed = [field.initial for field in amina.get(url).context["questions"].fields.values()]
    assert (len(proposed), all(proposed)) == (3, True)
    facts = {f"question_{number}": text for number, text in enumerate(QUESTIONS)}
    assert amina.post(url, {"do": "ask", **facts}).status_code == 302
    assert HotQuestions.objects.get().questions == QUESTIONS


def test_the_questions_change_only_before_the_first_answer(world: World, asked: HotQuestions) -> None:
    assert asked.questions == QUESTIONS
    ask(world.gathering, ["Autre ?"], by=world.amina)
    answer(_now(asked), world.bruno, ["oui"])
    with pytest.raises(ValidationError):
        ask(world.gathering, QUESTIONS, by=world.amina)
    with pytest.raises(ValidationError):
        ask(world.gathering, [" "], by=world.amina)
    assert _now(asked).questions == ["Autre ?"]


def test_each_person_answers_once(world: World, asked: HotQuestions, bruno: Client) -> None:
    url = f"/rencontres/{world.gathering.pk}/a-chaud/"
    assert bruno.post(url, {"do": "answer", "answer_0": " ", "answer_1": ""}).status_code == 422
    assert bruno.post(url, {"do": "answer", "answer_0": "le silence", "answer_1": ""}).status_code == 302
    assert bruno.post(url, {"do": "answer", "answer_0": "encore", "answer_1": ""}).status_code == 422
    assert (_now(asked).answers, _now(asked).count, bruno.get(url).context["answers"]) == (
        [["le silence"], []],
        1,
        None,
    )


def test_an_account_and_its_person_are_one(world: World, asked: HotQuestions) -> None:
    person = Person.objects.create(community=world.community, name="Bruno", user=world.bruno)
    answer(asked, person, ["oui", ""])
    assert has_answered(_now(asked), world.bruno)


def test_nothing_is_shown_under_five_answers_not_even_to_the_coordination(
    world: World, asked: HotQuestions, amina: Client
) -> None:
    url = f"/rencontres/{world.gathering.pk}/a-chaud/"
    _answered(world, asked, 4)
    page = amina.get(url)
    assert ("mot numéro" in page.content.decode(), page.context["asked"].count) == (False, 4)
    assert [texts for _question, texts in _now(asked).results] == [[], []]
    answer(_now(asked), world.bruno, ["le cinquième", "un seul"])
    page = amina.get(url).content.decode()
    shown = [word in page for word in ("mot numéro 1", "mot numéro 4", "le cinquième", "un seul")]
    assert shown == [True, True, True, False]  # the second question has one answer only


def test_nothing_kept_leads_from_words_to_a_person_or_a_moment(world: World, asked: HotQuestions) -> None:
    _answered(world, asked, 6)
    answer(_now(asked), world.bruno, ["avant tout", ""])
    now = _now(asked)
    assert now.answers[0] == sorted(now.answers[0])
    assert now.given == sorted(now.given)
    row = str(HotQuestions.objects.filter(pk=asked.pk).values("questions", "answers", "given"))
    assert [str(pk) in row for pk in (world.bruno.pk, *Person.objects.values_list("pk", flat=True))] == [False] * 8
    events = Event.objects.filter(verb="hot_questions.answered")
    assert [(event.by, event.data, event.subject_id) for event in events] == [(None, {}, str(asked.pk))] * 7


def test_the_answers_are_shown_in_no_order(world: World, asked: HotQuestions) -> None:
    _answered(world, asked, 8)
    orders = {tuple(_now(asked).results[0][1]) for _time in range(20)}
    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {tuple(_now(asked).answers[0])}


def test_later_answers_come_out_three_at_once_or_when_the_questions_are_closed(
    world: World, asked: HotQuestions, amina: Client, bruno: Client
) -> None:
    url = f"/rencontres/{world.gathering.pk}/a-chaud/"
    shown = []
    for number in range(9):
        person = Person.objects.create(community=world.community, name=f"Personne {number}")
        answer(_now(asked), person, [f"mot {number}", ""])
        shown.append((len(_now(asked).results[0][1]), _now(asked).waiting))
    assert shown == [(0, 0)] * 4 + [(5, 0), (5, 1), (5, 2), (8, 0), (8, 1)]
    assert bruno.post(url, {"do": "close"}).status_code == 403
    assert amina.post(url, {"do": "close"}).status_code == 302
    assert (len(_now(asked).results[0][1]), _now(asked).waiting) == (9, 0)
    with pytest.raises(ValidationError):
        answer(_now(asked), world.bruno, ["trop tard", ""])
    assert bruno.get(url).context["answers"] is None


def test_somebody_without_an_account_answers_by_a_link(world: World, asked: HotQuestions, amina: Client) -> None:
    url = f"/rencontres/{world.gathering.pk}/a-chaud/"
    link = amina.post(url, {"do": "link", "person": str(world.chloe.pk)}).context["given_link"]
    path = "/a-chaud/" + link.split("/a-chaud/")[1]
    chloe = world.client("chloe")
    assert chloe.get(path).status_code == 200
    assert chloe.post(path, {"answer_0": "la cuisine", "answer_1": ""}).status_code == 302
    assert chloe.post(path, {"answer_0": "encore", "answer_1": ""}).status_code == 422
    assert _now(asked).answers == [["la cuisine"], []]
    assert chloe.get("/a-chaud/invented/").status_code == 410


def test_a_link_is_to_one_community_alone(world: World, asked: HotQuestions) -> None:
    stranger = Person.objects.create(community=world.elsewhere, name="Ailleurs")
    token = hot_link(asked, stranger).rsplit("/", 2)[1]
    assert read_hot_link(token) is None


def test_only_those_who_prepare_ask_and_give_links(world: World, asked: HotQuestions, bruno: Client) -> None:
    url = f"/rencontres/{world.gathering.pk}/a-chaud/"
    member = User.objects.create_user("m@example.org")
    join(world.community, member, Role.PRACTITIONER, by=world.amina)
    assert [bruno.post(url, {"do": do}).status_code for do in ("ask", "link", "autre")] == [403, 403, 404]
    assert bruno.get(url).context["link"] is None
