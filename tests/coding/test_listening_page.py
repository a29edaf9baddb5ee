"""The page where one listens, says who speaks, corrects and codes; and the same codes on documents."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from recolte.coding.actions import code_passage, make_code, mark_seconds
from recolte.coding.models import Code, Coding, Excerpt
from recolte.community.actions import join
from recolte.community.models import Person, Role, User
from recolte.community.people import find_or_make_person
from recolte.gatherings.actions import note_presence
from recolte.sources.models import Kind, Source
from recolte.transcripts.actions import recognise_voice
from recolte.transcripts.models import Speaker, Transcript, Turn
from tests.world import World, allows, kept, says, spoken

FIRST, SECOND, THIRD = "Bonjour 🎉 à toutes et à tous.", "On décide ensemble, à table.", "Et la mairie vient écouter."
TEXT = "\n".join((FIRST, SECOND, THIRD))
HX = {"HX-Request": "true"}
TOKEN = re.compile(r'<input type="hidden" name="csrfmiddlewaretoken" value="[^"]+">')


@pytest.fixture
def source(world: World) -> Source:
    return kept(world, "table ronde.wav")


@pytest.fixture
def transcript(source: Source) -> Transcript:
    return spoken(source, FIRST, SECOND, THIRD)


@pytest.fixture
def trust(world: World) -> Code:
    return make_code(world.community, "confiance", by=world.amina)


@pytest.fixture
def note(world: World) -> Source:
    document = kept(world, "carnet.md", Kind.DOCUMENT, text="Le 🎉 soir, on parle.")
    document.blocks += [{"kind": "page", "text": "2"}, {"kind": "li", "text": "le <jardin>"}]
    document.save()
    return document


@pytest.fixture
def practitioner(world: World) -> Client:
    """Somebody of the community who does not work on what others brought."""
    user = User.objects.create_user("zoe@example.org", "Zoé")
    join(world.community, user, Role.PRACTITIONER, by=world.amina)
    client = Client()
    client.force_login(user)
    return client


def turns(transcript: Transcript) -> list[Turn]:
    return list(transcript.turns.select_related("speaker__person").order_by("position"))


def words(quote: str, text: str = TEXT) -> dict[str, object]:
    start = text.index(quote)
    return {"start": start, "end": start + len(quote), "quote": quote}


def elements(page: str) -> dict[str, str]:
    """The elements of a page, or of a part, that have an id."""
    found = html.fromstring(f"<main>{TOKEN.sub('', page)}</main>").xpath("//*[@id]")
    for one in found:
        one.tail = None
    return {one.get("id"): html.tostring(one, encoding="unicode") for one in found}


def check_parts(client: Client, answer: str, page: str, *ids: str) -> dict[str, str]:
    """What came back is what stands on the page when it is loaded again."""
    parts, whole = elements(answer), elements(client.get(page).content.decode())
    assert {id: parts[id] for id in ids} == {id: whole[id] for id in ids}
    return parts


def said(answer: str) -> str:
    return html.fromstring(elements(answer)["said"]).xpath("string(.//span)")


# Who speaks ----------------------------------------------------------------------------------------------------------


def test_somebody_known_speaks_from_one_turn_to_another(amina: Client, world: World, transcript: Transcript) -> None:
    first, second, third = turns(transcript)
    facts = {"first": second.pk, "last": first.pk, "person": world.chloe.pk}  # chosen backwards
    answer = amina.post(reverse("voices", args=[transcript.pk]), facts, headers=HX).content.decode()
    people = [str(turn.speaker) for turn in turns(transcript)]
    assert people == ["Chloé", "Chloé", "Voix 1"]
    check_parts(amina, answer, transcript.source.get_absolute_url(), "spoken", "people", "turn-1")
    assert ("Chloé" in said(answer), "2" in said(answer)) == (True, True)
    transcript.source.refresh_from_db()
    assert (list(transcript.source.people.all()), transcript.source.has_unknown_voices) == ([world.chloe], True)


def test_who_speaks_and_who_was_there_come_first_among_those_one_chooses_from(
    amina: Client, world: World, transcript: Transcript
) -> None:
    agathe, zoe = [find_or_make_person(world.community, name=name, by=world.amina) for name in ("Agathe", "Zoé")]
    note_presence(world.gathering, [zoe], by=world.amina)
    recognise_voice(turns(transcript)[0].speaker, world.chloe, by=world.amina)
    page = html.fromstring(amina.get(transcript.source.get_absolute_url()).content)
    offered = page.xpath("//ul[@id='people']//button/@value")
    assert offered[:3] == [str(one.pk) for one in (world.chloe, zoe, agathe)]


def test_somebody_new_is_known_by_a_role_alone(amina: Client, transcript: Transcript) -> None:
    facts = {"first": turns(transcript)[2].pk, "role": "habitante", "structure": "La Ruche"}
    answer = amina.post(reverse("voices", args=[transcript.pk]), facts)
    place = f"{transcript.source.get_absolute_url()}?transcript={transcript.pk}#turn-3"
    assert (answer.status_code, answer["Location"]) == (302, place)
    person = Person.objects.get(role="habitante")
    assert (person.name, str(person.organisation), str(turns(transcript)[2].speaker)) == ("", "La Ruche", "habitante")


def test_a_voice_is_recognised_once_for_all_its_turns(amina: Client, world: World, transcript: Transcript) -> None:
    url, page = reverse("voices", args=[transcript.pk]), transcript.source.get_absolute_url()
    assert "Voix 1" in elements(amina.get(url).content.decode())[f"voix-{transcript.speakers.get().pk}"]
    amina.post(url, {"speaker": transcript.speakers.get().pk, "person": world.chloe.pk}, headers=HX)
    assert [str(turn.speaker) for turn in turns(transcript)] == ["Chloé"] * 3
    assert html.fromstring(amina.get(page).content.decode()).xpath("//nav[@class='voices']") == []
    assert html.fromstring(amina.get(url).content.decode()).xpath("count(//form[@class='picker'])") == 0


@pytest.mark.parametrize("facts", [{}, {"name": "Zoé"}, {"first": "0", "name": "Zoé"}, {"person": "x", "first": "1"}])
def test_a_voice_without_a_turn_or_a_person_is_refused(
    amina: Client, transcript: Transcript, facts: dict[str, str]
) -> None:
    answer = amina.post(reverse("voices", args=[transcript.pk]), facts, headers=HX)
    assert (answer.status_code, [str(turn.speaker) for turn in turns(transcript)]) == (422, ["Voix 1"] * 3)
    assert 'class="line problem"' in answer.content.decode()


def test_the_turns_of_another_transcript_are_out_of_reach(amina: Client, world: World, transcript: Transcript) -> None:
    other = spoken(kept(world, "autre.wav"), "Rien.")
    facts = {"first": turns(other)[0].pk, "person": world.chloe.pk}
    assert amina.post(reverse("voices", args=[transcript.pk]), facts, headers=HX).status_code == 422
    assert (
        amina.post(
            reverse("mark_listened", args=[transcript.pk]), {"turns": [turns(other)[0].pk]}, headers=HX
        ).status_code
        == 422
    )
    assert amina.get(reverse("turn", args=[transcript.pk, turns(other)[0].pk])).status_code == 404


def test_a_turn_without_a_voice_says_so(amina: Client, transcript: Transcript) -> None:
    Turn.objects.filter(pk=turns(transcript)[1].pk).update(speaker=None)
    page = html.fromstring(amina.get(transcript.source.get_absolute_url()).content.decode())
    assert [len(item.xpath(".//*[@class='nobody']")) for item in page.xpath("//ol[@class='turns']/li")] == [0, 1, 0]


# What was listened to ------------------------------------------------------------------------------------------------


def test_turns_are_marked_as_listened_to(amina: Client, world: World, transcript: Transcript) -> None:
    page = transcript.source.get_absolute_url()
    amina.get(page)
    facts = {"turns": [turn.pk for turn in turns(transcript)[:2]]}
    answer = amina.post(reverse("mark_listened", args=[transcript.pk]), facts, headers=HX).content.decode()
    parts = check_parts(amina, answer, page, "turn-1", "turn-2")
    assert ["heard" in parts[f"turn-{n}"] for n in (1, 2)] == [True, True]
    assert [turn.listened_by for turn in turns(transcript)] == [world.amina, world.amina, None]


def test_a_corrected_turn_asks_for_another_listening(amina: Client, transcript: Transcript) -> None:
    turn = turns(transcript)[0]
    amina.post(reverse("mark_listened", args=[transcript.pk]), {"turns": [turn.pk]})
    url = reverse("correct_turn", args=[transcript.pk, turn.pk])
    answer = amina.post(url, {"text": "Bonsoir.", "before": FIRST}, headers=HX).content.decode()
    parts = check_parts(amina, answer, transcript.source.get_absolute_url(), "spoken", "turn-1", "turn-2")
    assert ("Bonsoir." in parts["turn-1"], "heard" in parts["turn-1"]) == (True, False)
    assert turns(transcript)[0].listened_by is None


# Correcting ----------------------------------------------------------------------------------------------------------


def test_the_correction_is_a_part_of_the_page_of_its_turn(amina: Client, transcript: Transcript) -> None:
    url = reverse("turn", args=[transcript.pk, turns(transcript)[1].pk])
    part = amina.get(url, headers=HX).content.decode()
    assert check_parts(amina, part, url, "correction").keys() >= {"correction", "id_text"}
    assert html.fromstring(part).xpath("string(.//textarea)").strip() == SECOND


def test_two_people_who_correct_the_same_turn_lose_nothing(
    amina: Client, bruno: Client, transcript: Transcript
) -> None:
    url = reverse("correct_turn", args=[transcript.pk, turns(transcript)[1].pk])
    bruno.post(url, {"text": "On décide tout ensemble.", "before": SECOND})
    for headers in (HX, {}):
        answer = amina.post(url, {"text": "On décida ensemble.", "before": SECOND}, headers=headers)
        form = html.fromstring(elements(answer.content.decode())["correction"])
        shown = [form.xpath(path).strip() for path in ("string(.//blockquote)", "string(.//textarea)")]
        assert (answer.status_code, shown) == (409, ["On décide tout ensemble.", "On décida ensemble."])
        assert form.xpath("string(.//input[@name='before']/@value)") == "On décide tout ensemble."
    amina.post(url, {"text": "On décida tout ensemble.", "before": "On décide tout ensemble."})
    assert turns(transcript)[1].text == "On décida tout ensemble."


def test_an_empty_correction_is_refused_beside_its_field(amina: Client, transcript: Transcript) -> None:
    url = reverse("correct_turn", args=[transcript.pk, turns(transcript)[1].pk])
    answers = [amina.post(url, {"text": text, "before": SECOND}, headers=HX) for text in ("", "  ")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert ['class="error"' in answer.content.decode() for answer in answers] == [True, True]


def test_codes_follow_a_correction_or_say_that_they_could_not(
    amina: Client, world: World, transcript: Transcript, trust: Code
) -> None:
    after = code_passage(transcript, *list(words("mairie").values())[:2], trust, by=world.amina)  # type: ignore[arg-type]
    torn = code_passage(transcript, *list(words("ensemble").values())[:2], trust, by=world.amina)  # type: ignore[arg-type]
    url = reverse("correct_turn", args=[transcript.pk, turns(transcript)[1].pk])
    answer = amina.post(url, {"text": "On mange à table.", "before": SECOND}, headers=HX).content.decode()
    moved = len("On mange à table.") - len(SECOND)
    parts = elements(answer)
    start = TEXT.index("mairie") + moved
    assert f'data-start="{start}" data-end="{start + 6}"' in parts[f"extrait-{after.excerpt_id}"]
    drifted = ["drifted" in parts[f"extrait-{coding.excerpt_id}"] for coding in (after, torn)]
    assert drifted == [False, True]


# Codes ---------------------------------------------------------------------------------------------------------------


def test_words_are_coded_beside_their_turn(amina: Client, world: World, transcript: Transcript, trust: Code) -> None:
    url, page = reverse("code_transcript", args=[transcript.pk]), transcript.source.get_absolute_url()
    quote = "table.\nEt la mairie"
    answer = amina.post(url, {**words(quote), "code": trust.pk}, headers=HX).content.decode()
    parts = check_parts(amina, answer, page, "turn-2", "codes")
    coding = Coding.objects.get()
    (item,) = html.fromstring(parts["turn-2"]).xpath(".//ul[@class='codings']/li")
    start = TEXT.index(quote)
    assert dict(item.attrib) == {
        "id": f"extrait-{coding.excerpt_id}",
        "data-start": str(start),
        "data-end": str(start + len(quote)),
    }
    (link,) = item.xpath("a")
    assert (link.text, link.get("href"), link.get("class")) == (
        "confiance",
        f"/extraits/{coding.excerpt_id}/",
        "code colour-1",
    )
    assert link.get("data-by") == str(world.amina.pk)


def test_undo_and_undo_of_undo_come_back_with_what_was_done(amina: Client, transcript: Transcript, trust: Code) -> None:
    url, page = reverse("code_transcript", args=[transcript.pk]), transcript.source.get_absolute_url()
    before = elements(amina.get(page).content.decode())["turn-1"]
    answer = amina.post(url, {**words("Bonjour 🎉"), "code": trust.pk}, headers=HX).content.decode()
    after = elements(answer)["turn-1"]
    for expected in (before, after, before):
        form = html.fromstring(elements(answer)["said"]).xpath(".//form")[0]
        fields = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
        answer = amina.post(form.get("action"), fields, headers=HX).content.decode()
        shown = check_parts(amina, answer, page, "turn-1")["turn-1"]
        neutral = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")  # a coding that is made again is another one
        assert neutral.sub("", shown) == neutral.sub("", expected)


def test_a_new_name_makes_a_code_of_its_facet(amina: Client, transcript: Transcript) -> None:
    url = reverse("code_transcript", args=[transcript.pk])
    answer = amina.post(url, {**words("ensemble"), "name": "ancrage", "facet": "value"})
    assert (answer.status_code, answer["Location"].rsplit("#")[1]) == (302, "turn-2")
    assert Code.objects.values_list("name", "facet").get() == ("ancrage", "value")


def test_words_that_have_changed_under_ones_eyes_are_not_coded(
    amina: Client, transcript: Transcript, trust: Code
) -> None:
    url = reverse("code_transcript", args=[transcript.pk])
    answers = [
        amina.post(url, {**words("ensemble"), "quote": quote, "code": code}, headers=HX)
        for quote, code in (("ensembl", trust.pk), ("", trust.pk), ("ensemble", ""), ("ensemble", world_uuid()))
    ]
    assert [answer.status_code for answer in answers] == [409] * 4
    assert (Excerpt.objects.count(), Coding.objects.count()) == (0, 0)


def world_uuid() -> str:
    return "01890000-0000-7000-8000-000000000000"


def test_the_codes_used_last_come_first(amina: Client, world: World, transcript: Transcript) -> None:
    codes = [make_code(world.community, name, by=world.amina) for name in ("a", "b", "c", "d")]
    for code in (codes[2], codes[1]):
        code_passage(transcript, 2, 9, code, by=world.amina)
    page = html.fromstring(amina.get(transcript.source.get_absolute_url()).content.decode())
    assert page.xpath("//ul[@id='codes']/li/button/text()") == ["b", "c", "a", "d"]


def test_a_code_with_any_name_stands_on_the_page_as_text(amina: Client, world: World, transcript: Transcript) -> None:
    code = make_code(world.community, "<script>alert('x')</script>", by=world.amina)
    code_passage(transcript, 2, 9, code, by=world.amina)
    page = html.fromstring(amina.get(transcript.source.get_absolute_url()).content.decode())
    assert page.xpath("string(//ul[@class='codings']//a)") == code.name
    assert page.xpath("//ol[@class='turns']//script") == []


def test_another_colour_or_name_of_a_code_is_shown_at_once(
    amina: Client, world: World, transcript: Transcript, trust: Code
) -> None:
    code_passage(transcript, 2, 9, trust, by=world.amina)
    page = transcript.source.get_absolute_url()
    amina.get(page)
    Code.objects.filter(pk=trust.pk).update(name="lien", colour=7)
    link = html.fromstring(amina.get(page).content.decode()).xpath("//ul[@class='codings']//a")[0]
    assert (link.text, link.get("class")) == ("lien", "code colour-7")


# Seconds marked by ear -----------------------------------------------------------------------------------------------


def test_a_moment_is_marked_coded_and_listed(amina: Client, world: World, source: Source, trust: Code) -> None:
    page = source.get_absolute_url()
    facts = {"start": "0:01.5", "end": "3", "note": "elle rit", "role": "cuisinière"}
    answer = amina.post(reverse("mark_seconds", args=[source.pk]), facts, headers=HX).content.decode()
    check_parts(amina, answer, page, "marks")
    mark = Excerpt.objects.get()
    assert (mark.start_ms, mark.end_ms, mark.note, str(mark.person)) == (1500, 3000, "elle rit", "cuisinière")
    url = reverse("code_excerpt", args=[mark.pk])
    assert "elle rit" in amina.get(url).content.decode()
    answer = amina.post(url, {"code": trust.pk}, headers=HX).content.decode()
    parts = check_parts(amina, answer, page, "marks")
    shown = html.fromstring(parts["marks"])
    assert (shown.xpath("string(.//a[@class='time']/@href)"), shown.xpath("string(.//ul//a)")) == (
        "#t=1.5",
        "confiance",
    )
    answer = amina.post(reverse("uncode", args=[Coding.objects.get().pk]), headers=HX).content.decode()
    check_parts(amina, answer, page, "marks")
    assert list(Excerpt.objects.all()) == [mark]


@pytest.mark.parametrize("facts", [{"start": "a"}, {"end": "9:00"}, {"note": ""}, {"end": "0:01"}])
def test_a_moment_outside_or_without_words_is_refused(amina: Client, source: Source, facts: dict[str, str]) -> None:
    facts = {"start": "0:01.5", "end": "3", "note": "elle rit"} | facts
    answer = amina.post(reverse("mark_seconds", args=[source.pk]), facts, headers=HX)
    assert (answer.status_code, Excerpt.objects.count()) == (422, 0)
    assert amina.post(reverse("mark_seconds", args=[source.pk]), facts)["Location"].endswith("#moments")


# Documents -----------------------------------------------------------------------------------------------------------


def test_a_block_has_one_text_node_and_its_place_in_the_whole_text(amina: Client, note: Source) -> None:
    page = html.fromstring(amina.get(note.get_absolute_url()).content.decode())
    blocks = page.xpath("//article//*[@data-at]")
    assert [(one.get("id"), one.get("data-at")) for one in blocks] == [("b0", "0"), ("b2", "22")]
    assert [one.xpath("*[contains(@class, 'words')]/node()") for one in blocks] == [
        ["Le 🎉 soir, on parle."],
        ["le <jardin>"],
    ]


def test_a_note_is_coded_and_whose_words_they_are_is_remembered(
    amina: Client, world: World, note: Source, trust: Code
) -> None:
    text, url, page = (
        "Le 🎉 soir, on parle.\n\nle <jardin>",
        reverse("code_document", args=[note.pk]),
        note.get_absolute_url(),
    )
    facts = {**words("<jardin>", text), "code": trust.pk, "person": world.chloe.pk}
    answer = amina.post(url, facts, headers=HX).content.decode()
    check_parts(amina, answer, page, "b2", "codes")
    assert Excerpt.objects.values_list("quote", "person").get() == ("<jardin>", world.chloe.pk)
    chosen = html.fromstring(amina.get(page).content.decode()).xpath(
        "//select[@name='person']/option[@selected]/text()"
    )
    assert chosen == ["Chloé"]
    answer = amina.post(reverse("uncode", args=[Coding.objects.get().pk]), headers=HX).content.decode()
    check_parts(amina, answer, page, "b2")
    plain = amina.post(url, {**words("soir", text), "name": "nuit"})
    assert plain["Location"] == f"{page}#b0"


def test_a_paragraph_has_a_page_of_its_own(amina: Client, note: Source) -> None:
    statuses = [amina.get(reverse("block", args=[note.pk, number])).status_code for number in (0, 1, 2, 3)]
    assert statuses == [200, 404, 200, 404]
    form = html.fromstring(amina.get(reverse("block", args=[note.pk, 2])).content.decode())
    assert [form.xpath(f"string(//input[@name='{name}']/@value)") for name in ("start", "end", "quote")] == [
        "22",
        "33",
        "le <jardin>",
    ]


# Who may -------------------------------------------------------------------------------------------------------------


def addresses(world: World, transcript: Transcript, note: Source, coding: Coding) -> dict[str, str]:
    turn = turns(transcript)[0].pk
    mark = mark_seconds(transcript.source, 0, 900, "un rire", by=world.amina)
    args = {
        "voices": [transcript.pk],
        "mark_listened": [transcript.pk],
        "correct_turn": [transcript.pk, turn],
        "code_transcript": [transcript.pk],
        "code_document": [note.pk],
        "mark_seconds": [transcript.source.pk],
        "code_excerpt": [mark.pk],
        "uncode": [coding.pk],
        "turn": [transcript.pk, turn],
        "block": [note.pk, 0],
    }
    return {name: reverse(name, args=those) for name, those in args.items()}


def test_who_may_do_what(world: World, practitioner: Client, note: Source, trust: Code) -> None:
    """Whoever reads it codes; only those who work on it name voices, listen for others and correct."""
    transcript = says(world, kept(world, "table ronde.wav"), FIRST, SECOND)
    allows(world.chloe)
    coding = code_passage(transcript, 2, 9, trust, by=world.amina)
    urls = addresses(world, transcript, note, coding)
    posts = {who: {} for who in ("zoé", "driss", "nobody")}  # type: dict[str, dict[str, int]]
    for who, client in (("zoé", practitioner), ("driss", world.client("driss")), ("nobody", Client())):
        posts[who] = {name: client.post(url, headers=HX).status_code for name, url in urls.items()}
    refused, empty = 403, {"code_transcript": 409, "code_document": 409, "mark_seconds": 422, "code_excerpt": 422}
    team = {"voices": refused, "mark_listened": refused, "correct_turn": refused, "uncode": refused}
    assert posts["zoé"] == {**team, **empty, "turn": 200, "block": 200}
    assert set(posts["driss"].values()) == {404}
    assert set(posts["nobody"].values()) == {302}
    page = html.fromstring(practitioner.get(transcript.source.get_absolute_url()).content.decode())
    uses = page.xpath("//dialog[@class='box' or contains(@class, 'menu-box')]/@data-use")
    assert (uses, page.xpath("//nav[@class='voices']"), page.xpath("string(//coded-text/@data-listened)")) == (
        ["mark", "code", "coding"],
        [],
        "",
    )


def test_one_takes_off_ones_own_code_and_the_team_takes_off_any(
    world: World, practitioner: Client, trust: Code
) -> None:
    transcript = says(world, kept(world, "table ronde.wav"), FIRST, SECOND)
    allows(world.chloe)
    zoe = User.objects.get(name="Zoé")
    own, other = (code_passage(transcript, 2, end, trust, by=by) for end, by in ((9, zoe), (12, world.amina)))
    assert [practitioner.post(reverse("uncode", args=[one.pk])).status_code for one in (own, other)] == [302, 403]
    assert world.client("bruno").post(reverse("uncode", args=[other.pk])).status_code == 302


def test_what_is_not_agreed_or_not_whole_yet_is_not_worked_on(amina: Client, world: World, trust: Code) -> None:
    unagreed = spoken(kept(world, "seule.wav", agreed=""), FIRST)
    unfinished = spoken(kept(world, "en cours.wav"), FIRST)
    Transcript.objects.filter(pk=unfinished.pk).update(is_complete=False)
    facts = {"start": 0, "end": 7, "quote": "Bonjour", "code": trust.pk}
    statuses = [
        amina.post(reverse("code_transcript", args=[one.pk]), facts).status_code for one in (unagreed, unfinished)
    ]
    assert statuses == [403, 403]
    page = html.fromstring(amina.get(unfinished.source.get_absolute_url()).content.decode())
    assert page.xpath("//a[@class='do'] | //dialog[@data-use='who'] | //coded-text[@data-code]") == []


# The rail --------------------------------------------------------------------------------------------------------------


def rail(client: Client) -> dict[str, tuple[str, int]]:
    return {stop.icon: (stop.url, stop.count) for stop in client.get("/rencontres/").context["rail"]}


def test_the_rail_leads_to_what_is_to_be_listened_to_and_to_the_codes(
    world: World, amina: Client, practitioner: Client, driss: Client
) -> None:
    assert {"listen", "tags"} & rail(amina).keys() == set()
    first, second = (spoken(kept(world, name), FIRST).source for name in ("une.wav", "deux.wav"))
    says(world, kept(world, "trois.wav"), FIRST)
    make_code(world.community, "confiance", by=world.amina)
    assert rail(amina)["listen"] == (first.get_absolute_url(), 2)
    assert rail(amina)["tags"] == (reverse("codes", args=[world.community.slug]), 0)
    assert rail(practitioner).keys() & {"listen", "tags"} == {"tags"}
    assert rail(driss).keys() & {"listen", "tags"} == set()
    assert (second.has_unknown_voices, Speaker.objects.filter(person=world.chloe).count()) == (True, 1)
