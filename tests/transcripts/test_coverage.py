"""The coverage board: what came back from each session, and what still lacks."""

from datetime import date, timedelta

from django.test import Client

from recolte.community.models import User
from recolte.consent.models import Purpose
from recolte.gatherings.actions.collection import begin_collection, plan_collection
from recolte.gatherings.models import Session, SessionKind
from recolte.journal.models import Event
from recolte.sources.actions import heard_in, place_in_sessions
from recolte.sources.lacking import lacking
from recolte.sources.models import Kind, Source
from recolte.transcripts.actions import mark_listened
from recolte.transcripts.coverage import COLUMNS, Cell, Coverage, coverage
from tests.gatherings.test_collection import session_of
from tests.world import World, allows, kept, spoken


def board_of(world: World, reader: User | None = None) -> Coverage:
    return coverage([world.gathering], reader or world.amina)[world.gathering.pk]


def cells(board: Coverage, session: Session | None) -> dict[str, Cell]:
    row = next(row for row in board.rows if row.session == session)
    return {cell.what: cell for cell in row.cells}


def filled(board: Coverage, session: Session | None) -> dict[str, tuple[bool, bool]]:
    """Of each column that says something: whether something is there, and whether something lacks."""
    found = {what: (bool(cell.there), bool(cell.lacks)) for what, cell in cells(board, session).items()}
    return {what: said for what, said in found.items() if any(said)}


def test_what_was_planned_lacks_until_it_comes(world: World) -> None:
    session = session_of(world)
    plan_collection(world.gathering, {session: {"recording": "", "notes": "Chloé"}, None: {}}, by=world.amina)
    board = board_of(world)
    assert [row.session for row in board.rows] == [session, None]
    assert [cell.what for cell in board.rows[0].cells] == list(COLUMNS)
    assert filled(board, session) == {"recording": (False, True), "notes": (False, True)}
    assert ("Chloé" in cells(board, session)["notes"].lacks, board.lacking) == (True, 2)
    note = kept(world, "carnet.md", Kind.DOCUMENT, text="Un mot.")
    place_in_sessions({note: session}, by=world.amina)
    assert filled(board_of(world), session) == {
        "recording": (False, True),
        "notes": (True, False),
        "consents": (True, False),
    }


def test_a_pdf_is_a_document_and_a_text_is_a_note(world: World) -> None:
    kept(world, "carnet.md", Kind.DOCUMENT)
    handed = kept(world, "tract.pdf", Kind.DOCUMENT)
    Source.objects.filter(pk=handed.pk).update(format="pdf")
    whole = cells(board_of(world), None)
    assert (whole["notes"].counts, whole["documents"].counts, whole["photos"].counts) == (1, 1, 0)


def test_listening_is_done_when_every_turn_was_listened_to(world: World) -> None:
    transcript = spoken(kept(world, "son.wav"), "Un.", "Deux.", "Trois.")
    turns = list(transcript.turns.select_related("transcript"))
    shown = []
    for count in (0, 1, 3):
        mark_listened(turns[:count], by=world.bruno)
        cell = cells(board_of(world), None)["listened"]
        shown.append((cell.there.split(" ")[0], cell.lacks.split(" ")[0]))
    assert shown == [("", "0"), ("", "33"), ("100", "")]


def test_agreements_lack_of_those_heard_who_have_not_answered(world: World) -> None:
    source = kept(world, "son.wav")
    heard_in(source, [world.chloe], unknown=False)
    assert filled(board_of(world), None)["consents"] == (False, True)
    allows(world.chloe, Purpose.GROUP)
    assert filled(board_of(world), None)["consents"] == (True, False)
    heard_in(source, [world.chloe], unknown=True)
    assert filled(board_of(world), None)["consents"] == (True, True)


def test_the_board_does_not_tell_of_what_one_may_not_read(world: World, bruno: Client) -> None:
    session = session_of(world)
    own = kept(world, "confidence.wav", agreed="")
    spoken(own, "Un secret.")
    heard_in(own, [world.chloe], unknown=True)
    place_in_sessions({own: session}, by=world.amina)
    assert filled(board_of(world, world.bruno), session) == {}
    assert list(filled(board_of(world), session)) == ["recording", "consents", "listened"]
    page = bruno.get(f"{world.gathering.get_absolute_url()}couverture/?sequence={session.pk}&quoi=recording")
    assert page.context["form"].lines == []


def test_a_cell_leads_to_what_it_counts(world: World, amina: Client) -> None:
    session = session_of(world)
    sound, photo = kept(world, "son.wav"), kept(world, "photo.jpg", Kind.PHOTO)
    place_in_sessions({sound: session, photo: session}, by=world.amina)
    led = {}
    for what, cell in cells(board_of(world), session).items():
        led[what] = {source for source, _field in amina.get(cell.url).context["form"].lines}
        assert len(led[what]) == cell.counts
    assert led["recording"] == led["listened"] == {sound}
    assert (led["photos"], led["consents"]) == ({photo}, {sound, photo})
    url = f"{world.gathering.get_absolute_url()}couverture/?quoi=photos&sequence="
    assert [amina.get(url + key).status_code for key in ("whole", "nothing")] == [200, 404]


def test_a_session_is_proposed_from_the_date_and_noted_by_whoever_may_change(
    world: World, amina: Client, bruno: Client
) -> None:
    session, later = session_of(world), session_of(world, SessionKind.WORKSHOP, 1)
    inside, outside = kept(world, "dedans.wav"), kept(world, "dehors.wav")
    Source.objects.filter(pk=inside.pk).update(dated_at=later.starts_at + timedelta(minutes=5))
    url = f"{world.gathering.get_absolute_url()}couverture/"
    lines = amina.get(url).context["form"].lines
    assert {source: field.initial for source, field in lines} == {inside: str(later.pk), outside: ""}
    sent = {f"session-{inside.pk}": str(session.pk), f"session-{outside.pk}": ""}
    assert bruno.post(url, sent).status_code == 403
    assert amina.post(url, {f"session-{inside.pk}": "nothing"}).status_code == 422
    assert amina.post(url, sent).status_code == 302
    assert dict(Source.objects.values_list("pk", "session")) == {inside.pk: session.pk, outside.pk: None}
    assert [event.data for event in Event.objects.filter(verb="source.placed")] == [{"session": str(session.pk)}]
    session.delete()
    assert set(Source.objects.values_list("pk", "session")) == {(inside.pk, None), (outside.pk, None)}


def test_the_page_of_the_gathering_tells_how_much_lacks_once_there_is_a_plan(world: World, amina: Client) -> None:
    spoken(kept(world, "son.wav"), "Un.")
    assert lacking(world.gathering, world.amina) == 0
    begin_collection(world.gathering, by=world.amina)
    board = board_of(world)
    assert filled(board, None) == {
        "recording": (True, False),
        "notes": (False, True),
        "documents": (False, True),
        "consents": (False, True),  # a voice that nobody has named
        "listened": (False, True),
    }
    assert (lacking(world.gathering, world.amina), board.lacking) == (4, 4)
    assert "/couverture/" in amina.get(world.gathering.get_absolute_url()).content.decode()


def test_what_lacks_of_a_gathering_that_is_over_waits_for_who_planned_it(
    world: World, amina: Client, bruno: Client
) -> None:
    begin_collection(world.gathering, by=world.amina)
    url = f"{world.gathering.get_absolute_url()}couverture/"
    shown = []
    for day in (None, date(2090, 1, 1), date(2021, 9, 16)):
        world.gathering.starts_on = day
        world.gathering.save()
        shown.append(
            [len([one for one in who.get("/").context["awaiting"] if one.url == url]) for who in (amina, bruno)]
        )
    assert shown == [[0, 0], [0, 0], [1, 0]]
