"""As many questions to the database for three things as for one, and exactly how many."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from recolte.accompaniment.actions.choosing import choose
from recolte.accompaniment.actions.funding import add_option
from recolte.accompaniment.models import Level
from recolte.accompaniment.models import State as Status
from recolte.cards.actions import publish_card
from recolte.coding.actions import code_excerpt, make_code
from recolte.coding.models import Stance
from recolte.community.actions import invite, join
from recolte.community.belonging import affiliate, enter_circle, make_circle, note_mandate
from recolte.community.ecosystem import add_organisation, relate
from recolte.community.models import Circle, Organisation, Person, RelationKind, Role, User
from recolte.community.profiles import define, share_definition
from recolte.comparison.actions import bear, give_opinion, raise_issue
from recolte.gatherings.actions import (
    add_place,
    add_session,
    add_speaker,
    feed_link,
    note_presence,
    open_feed,
    plan_gathering,
)
from recolte.gatherings.actions.checklist import add_to_checklist, tick
from recolte.gatherings.actions.collection import begin_collection, plan_collection
from recolte.gatherings.actions.committee import add_item, decide, give_task, lean_on, postpone
from recolte.gatherings.actions.stays import add_lodging, add_stay
from recolte.gatherings.models import Invitation
from recolte.interchange.actors.actions import receive_list
from recolte.jobs.actions import start
from recolte.programme.actions import (
    add_agreement,
    add_axis,
    add_funding,
    add_phase,
    credit,
    start_programme,
    tell_date,
)
from recolte.programme.models import DatedFact, Programme
from recolte.publishing.actions import begin_report, open_reactions, open_to_host, publish_report, react
from recolte.publishing.models import Edition
from recolte.sources.actions import heard_in, place_in_sessions
from recolte.sources.models import Deposit, Kind
from tests.accompaniment.calling import applied, called, reads
from tests.world import World, accepts, allows, claimed, kept, passage_of, says, spoken


def _gatherings(world: World, count: int) -> str:
    for number in range(1, count):
        plan_gathering(world.community, f"Visite {number}", by=world.amina)
    return "/rencontres/"


def _visit_programme(world: World, count: int) -> str:
    for number in range(count):
        place = add_place(world.gathering, name=f"Halle {number}", by=world.amina)
        starts = datetime(2021, 9, 16 + number, 8, tzinfo=UTC)
        facts = {"starts_at": starts, "ends_at": starts + timedelta(hours=1), "place": place}
        session = add_session(world.gathering, by=world.amina, title=f"Séquence {number}", **facts)
        for who in ("Chloé", "Quelqu’un de la mairie"):
            add_speaker(session, who, by=world.amina)
    return f"{world.gathering.get_absolute_url()}programme/"


def _people_at(world: World, count: int) -> list[Person]:
    return [Person.objects.create(community=world.community, name=f"Invité {number}") for number in range(count)]


def _participants(world: World, count: int) -> str:
    note_presence(world.gathering, _people_at(world, count), by=world.amina)
    return f"{world.gathering.get_absolute_url()}participants/"


def _invitations(world: World, count: int) -> str:
    facts = {"community": world.community, "gathering": world.gathering}
    for number, person in enumerate(_people_at(world, count)):
        Invitation.objects.create(person=person, email=f"i{number}@example.org", **facts)
    return f"{world.gathering.get_absolute_url()}invitations/"


def _calendar_feed(world: World, count: int) -> str:
    for number in range(count):
        world.gathering = plan_gathering(
            world.community, f"Visite {number}", by=world.amina, starts_on=date(2021, 9, 16)
        )
        _programme(world, count)
    return feed_link(open_feed(world.community, by=world.amina)).removeprefix(settings.SITE_URL)


def _home(world: World, count: int) -> str:
    for number in range(count):
        world.gathering = plan_gathering(
            world.community, f"Atelier {number}", by=world.amina, starts_on=date(2021, 9, 16)
        )
        begin_collection(world.gathering, by=world.amina)
        kept(world, f"son {number}.wav", agreed="")
        kept(world, f"abîmé {number}.wav", agreed="")
        left = kept(world, f"laissé {number}.wav", agreed="")
        left.deposit = Deposit.objects.create(community=world.community, gathering=world.gathering)
        left.save()
    world.gathering.sources.update(state="damaged", problem="partly_read")
    return "/"


def _to_collect(world: World, count: int) -> str:
    """The plan of `count` sessions, each with something of each kind."""
    for number in range(count):
        starts = datetime(2021, 9, 16 + number, 8, tzinfo=UTC)
        facts = {"starts_at": starts, "ends_at": starts + timedelta(hours=1)}
        session = add_session(world.gathering, by=world.amina, title=f"Séquence {number}", **facts)
        plan_collection(world.gathering, {session: {"recording": "", "notes": "Chloé"}}, by=world.amina)
        for kind in Kind:
            source = kept(world, f"{number}.{kind}", kind)
            place_in_sessions({source: session}, by=world.amina)
            kept(world, f"{number} sans séquence.{kind}", kind)
            heard_in(source, [world.chloe], unknown=False)
        spoken(source, "Un.", "Deux.")
    return f"{world.gathering.get_absolute_url()}a-recueillir/"


def _coverage(world: World, count: int) -> str:
    return _to_collect(world, count).replace("a-recueillir", "couverture")


def _gathering(world: World, count: int) -> str:
    for number in range(count):
        for kind in Kind:
            source = kept(world, f"{number}.{kind}", kind, by=[world.amina, world.bruno][number % 2])
            start("sources.prepare", source.pk, community=world.community, topic=world.gathering.pk)
    return world.gathering.get_absolute_url()


def _photos(world: World, count: int) -> str:
    for number in range(count):
        photo = kept(world, f"{number}.jpg", Kind.PHOTO)
        photo.deposit = Deposit.objects.create(community=world.community, gathering=world.gathering, person=world.chloe)
        photo.save()
    return f"{world.gathering.get_absolute_url()}photos/"


def _people(world: World, count: int) -> str:
    for number in range(count):
        join(world.community, User.objects.create_user(f"p{number}@example.org"), Role.PRACTITIONER, by=world.amina)
        invite(world.community, f"q{number}@example.org", Role.PRACTITIONER, by=world.amina)
    return f"/communaute/{world.community.slug}/"


def _member(world: World, count: int) -> str:
    for number in range(count):
        circle = make_circle(world.community, Circle.Kind.OTHER, f"Cercle {number}", by=world.amina)
        enter_circle(circle, world.chloe, by=world.amina)
        affiliate(world.chloe, f"Structure {number}", by=world.amina)
        note_mandate(world.chloe, Role.COMMITTEE, community=world.community, structure="CA", by=world.amina)
    return f"/communaute/{world.community.slug}/membres/{world.chloe.pk}/"


def _circles(world: World, count: int) -> str:
    _member(world, count)
    return f"/communaute/{world.community.slug}/cercles/"


def _circle(world: World, count: int) -> str:
    circle = make_circle(world.community, Circle.Kind.CORE, "Noyau", by=world.amina)
    for number in range(count):
        person = Person.objects.create(community=world.community, name=f"Invité {number}", organisation=world.atelier)
        enter_circle(circle, person, by=world.amina)
    return f"/cercles/{circle.pk}/"


def _mandates(world: World, count: int) -> str:
    _member(world, count)
    return f"/communaute/{world.community.slug}/fonctions/"


def _nesting(world: World, count: int) -> str:
    for number in range(count):
        inner = Organisation.objects.create(community=world.community, name=f"Chaire {number}")
        relate(inner, RelationKind.PART_OF, world.atelier, by=world.amina)
    return f"/communaute/{world.community.slug}/emboitements/"


def _definitions(world: World, count: int) -> str:
    for number in range(count):
        for who in (world.amina, world.bruno):
            share_definition(define(world.community, f"notion {number}", "Ceci.", by=who), shared=True, by=who)
    return f"/communaute/{world.community.slug}/definitions/"


def _search(world: World, count: int) -> str:
    for number in range(count):
        spoken(kept(world, f"son {number}.wav"), "Une coopération.")
        kept(world, f"note {number}.md", Kind.DOCUMENT, text="La coopération.")
    return "/recherche/?q=cooperation"


def _listen(world: World, count: int) -> str:
    source = kept(world, "son.wav")
    spoken(source, *(f"Parole {number}." for number in range(count)))
    return source.get_absolute_url()


def _source(world: World, count: int) -> str:
    source = kept(world, "note.md", Kind.DOCUMENT)
    source.blocks = [{"kind": "p", "text": "Un paragraphe."}] * count
    source.save()
    return source.get_absolute_url()


def _organisations(world: World, count: int) -> str:
    for number in range(count):
        add_organisation(world.community, f"Structure {number}", by=world.amina, code="21000")
    return f"/communaute/{world.community.slug}/structures/"


def _organisation(world: World, count: int) -> str:
    for number in range(count):
        other = add_organisation(world.community, f"Structure {number}", by=world.amina)
        relate(world.atelier, RelationKind.WORKS_WITH, other, by=world.amina)
        Person.objects.create(community=world.community, name=f"Personne {number}", organisation=world.atelier)
    return world.atelier.get_absolute_url()


def _ecosystem(world: World, count: int) -> str:
    for number in range(count):
        point = {"latitude": 47.3 + number / 10, "longitude": 5.0}
        other = add_organisation(world.community, f"Structure {number}", by=world.amina, **point)
        relate(world.atelier, RelationKind.WORKS_WITH, other, by=world.amina)
    return f"/communaute/{world.community.slug}/ecosysteme/"


def _actors(world: World, count: int) -> str:
    lines = [f"L’Atelier {number};Dijon" for number in range(count)] + ["L’Atelier;Dijon"]
    return receive_list(
        world.community, "a.csv", "\n".join(["nom;ville", *lines]).encode(), by=world.amina
    ).get_absolute_url()


def _programme(world: World, count: int) -> str:
    for one in range(count):
        programme = start_programme(world.community, f"Coopération {one}", by=world.amina)
        for number in range(count):
            axis = add_axis(programme, number, "Un axe", by=world.amina)
            plan_gathering(world.community, f"Rencontre {programme.pk} {number}", by=world.amina, axis=axis)
            phase = add_phase(programme, number, axis=axis, by=world.amina)
            for about in (programme, axis, phase):
                tell_date(about, DatedFact.What.START, date(2021, 4, 1), source="le site", by=world.amina)
            credit(programme, world.chloe, f"rôle {number}", axis=axis, named=True, by=world.amina)
    return f"/communaute/{world.community.slug}/demarche/"


def _dates(world: World, count: int) -> str:
    _programme(world, count)
    return f"/demarches/{Programme.objects.all()[0].pk}/dates/"


def _contributions(world: World, count: int) -> str:
    _programme(world, count)
    return f"/demarches/{Programme.objects.all()[0].pk}/contributions/"


def _funding(world: World, count: int) -> str:
    for number in range(count):
        axis = add_axis(start_programme(world.community, f"Plan {number}", by=world.amina), 1, "Un axe", by=world.amina)
        add_funding(world.community, world.atelier, f"ligne {number}", axis=axis, amount=100, by=world.amina)
        signed = {"signed_on": date(2021, 1, 1), "ends_on": date(2021, 2, number + 1)}
        add_agreement(world.community, f"Convention {number}", [world.atelier], **signed, by=world.amina)
    return f"/communaute/{world.community.slug}/financements/"


def _funder(world: World, count: int) -> str:
    _funding(world, count)
    return f"/financeurs/{world.atelier.pk}/"


def _agreements(world: World, count: int) -> str:
    _funding(world, count)
    return f"/communaute/{world.community.slug}/conventions/"


def _sources(world: World, count: int) -> str:
    _to_collect(world, count)
    return f"/communaute/{world.community.slug}/recueil/"


def _attendees(world: World, count: int) -> str:
    _participants(world, count)
    return f"/communaute/{world.community.slug}/presences/"


def _listened(world: World, count: int) -> str:
    _to_collect(world, count)
    return f"/communaute/{world.community.slug}/ecoute/"


def _claims(world: World, count: int) -> str:
    source = kept(world, "note.md", Kind.DOCUMENT, text="On a parlé de coopération.")
    for number in range(count):
        excerpt = passage_of(world, source, "coopération")
        code_excerpt(excerpt, make_code(world.community, f"code {number}", by=world.bruno), by=world.bruno)
        claimed(world, f"Un enseignement {number}.", excerpt)
    return f"/communaute/{world.community.slug}/enseignements/"


def _codings(world: World, count: int) -> str:
    _claims(world, count)
    return f"/communaute/{world.community.slug}/reperages/"


def _reports(world: World, count: int) -> str:
    for number in range(count):
        report = begin_report(world.community, f"Point {number}", by=world.bruno)
        publish_report(report, by=world.amina)
    return f"/communaute/{world.community.slug}/points-d-etape/"


def _edition(world: World, count: int) -> str:
    _reports(world, 1)
    _claims(world, count)
    return Edition.objects.get().get_absolute_url()


def _found(world: World, count: int) -> str:
    _programme(world, count)
    return "/recherche/?q=cooperation"


def _agenda(world: World, count: int) -> str:
    gathering = plan_gathering(world.community, "Comité", by=world.amina, kind="committee")
    later = plan_gathering(world.community, "Plus tard", by=world.amina)
    for number in range(count):
        postpone(add_item(gathering, f"Remis {number}", by=world.amina), later, by=world.amina)
        decision = decide(later.agenda.get(title=f"Remis {number}"), "Oui.", date(2021, 9, 27), by=world.amina)
        lean_on(decision, ("source", kept(world, f"{number}.wav").pk), by=world.amina)
        give_task(world.community, f"Tâche {number}", by=world.amina, owner=world.bruno, decision=decision)
        give_task(world.community, f"Tâche {number}", by=world.amina, owner=world.chloe, decision=decision)
        add_item(
            plan_gathering(world.community, f"Visite {number}", by=world.amina, starts_on="2021-01-01"),
            "Point",
            by=world.amina,
        )
    return f"/rencontres/{later.pk}/ordre-du-jour/"


def _decision(world: World, count: int) -> str:
    item = add_item(world.gathering, "Point", by=world.amina)
    decision = decide(item, "Oui.", date(2021, 9, 27), by=world.amina)
    for number in range(count):
        lean_on(decision, ("source", kept(world, f"{number}.wav").pk), by=world.amina)
        give_task(world.community, f"Tâche {number}", by=world.amina, owner=world.chloe, decision=decision)
    return decision.get_absolute_url()


def _decisions(world: World, count: int) -> str:
    _agenda(world, count)
    return f"/communaute/{world.community.slug}/decisions/"


def _tasks(world: World, count: int) -> str:
    _agenda(world, count)
    return f"/communaute/{world.community.slug}/taches/"


def _status(world: World, count: int) -> str:
    _agenda(world, count)
    return f"/communaute/{world.community.slug}/ou-en-est-on/"


def _stays(world: World, count: int) -> str:
    for number in range(count):
        place = add_lodging(world.gathering, name=f"Maison {number}", by=world.amina)
        for guest in (world.bruno, world.chloe):
            add_stay(world.gathering, guest, by=world.amina, lodging=place)
            add_stay(world.gathering, guest, by=world.amina)
    return f"/rencontres/{world.gathering.pk}/hebergement/"


def _issues(world: World, count: int) -> str:
    for _number in range(count):
        _issue(world, count)
    return f"/communaute/{world.community.slug}/enjeux/"


def _issue(world: World, count: int) -> str:
    issue = raise_issue(world.community, "Tenir", by=world.bruno)
    for number in range(count):
        said = says(world, kept(world, f"{issue.pk} {number}.wav"), "On perd nos gens.")
        for words, stance in (("On perd", Stance.SUPPORTS), ("nos gens", Stance.CONTRADICTS)):
            bear(issue, passage_of(world, said, words), stance=stance, by=world.bruno)
        give_opinion(issue, Stance.NUANCES, "Parfois.", by=world.amina)
    return issue.get_absolute_url()


def _issue_history(world: World, count: int) -> str:
    return f"{_issue(world, count)}histoire/"


def _issue_evidence(world: World, count: int) -> str:
    _issue(world, count)
    return f"{raise_issue(world.community, 'Autre', by=world.bruno).get_absolute_url()}appui/"


def _checklist(world: World, count: int) -> str:
    for number in range(count):
        tick(add_to_checklist(world.gathering, f"Chose {number}", "1_before", by=world.amina), by=world.amina)
        add_to_checklist(world.gathering, f"Reste {number}", "3_after", by=world.amina)
    return f"/rencontres/{world.gathering.pk}/preparatifs/"


def _restitution(world: World, count: int) -> str:
    for number in range(count):
        person = Person.objects.create(community=world.community, name=f"Invité {number}")
        transcript = says(world, kept(world, f"son {number}.wav"), f"Parole {number}.", person=person)
        allows(person)
        claim = claimed(world, f"Enseignement {number}.", passage_of(world, transcript, f"Parole {number}."))
        accepts(person, claim)
        publish_card(claim.card, by=world.amina)
    return f"/rencontres/{world.gathering.pk}/dossiers/restitution/"


def _host_dossier(world: World, count: int) -> str:
    _restitution(world, count)
    return open_to_host(world.gathering, world.atelier, by=world.amina).get_absolute_url()


def _committee_dossier(world: World, count: int) -> str:
    _restitution(world, count)
    _funding(world, count)
    before = plan_gathering(world.community, "Un", by=world.amina, kind="committee", starts_on=date(2021, 9, 1))
    now = plan_gathering(world.community, "Deux", by=world.amina, kind="committee", starts_on=date(2021, 10, 1))
    for number in range(count):
        held = {"starts_on": date(2021, 9, 10 + number)}
        plan_gathering(world.community, f"Visite {number}", by=world.amina, **held)
        plan_gathering(world.community, f"Option {number}", by=world.amina, is_option=True)
        postpone(add_item(before, f"Remis {number}", by=world.amina), now, by=world.amina)
        decision = decide(add_item(before, f"Point {number}", by=world.amina), "Oui.", date(2021, 9, 1), by=world.amina)
        give_task(world.community, f"Tâche {number}", by=world.amina, owner=world.bruno, decision=decision)
        give_task(world.community, f"Autre {number}", by=world.amina, owner=world.chloe, due_on=date(2121, 1, 1))
    return f"/rencontres/{now.pk}/dossiers/comite/"


def _reactions(world: World, count: int) -> str:
    door = open_reactions(world.gathering, date(2121, 1, 1), by=world.amina)
    for number in range(count):
        react(door, f"Un mot {number}.")
    return f"/rencontres/{world.gathering.pk}/dossiers/reactions/"


def _dossiers(world: World, count: int) -> str:
    for number in range(count):
        other = add_organisation(world.community, f"Structure {number}", by=world.amina)
        open_to_host(world.gathering, other, by=world.amina)
    _reactions(world, count)
    return f"/rencontres/{world.gathering.pk}/dossiers/"


def _calls(world: World, count: int) -> str:
    for _number in range(count):
        applied(called(world))
    return f"/communaute/{world.community.slug}/appels/"


def _call(world: World, count: int) -> str:
    call = called(world)
    for number in range(count):
        reads(world.bruno, applied(call, territory=f"Canton {number}", email=f"e{number}@example.org"))
    return call.get_absolute_url()


def _application(world: World, count: int) -> str:
    """Read by `count` people, and chosen as often."""
    names = [f"Un collectif {number}" for number in range(count)]
    application = applied(called(world, criteria=[(name, "") for name in names]))
    reads(world.amina, application, Level.PARTLY)
    for number, name in enumerate(names):
        reader = User.objects.create_user(f"r{number}@example.org", name)
        join(world.community, reader, Role.COMMITTEE, by=world.amina)
        reads(reader, application, Level.PARTLY)
    for _name in names:
        facts = {"word": "Oui.", "reasons": "Un lieu.", "revised_because": "Mieux lu.", "deviation": "Presque."}
        choose(application, Status.ACCOMPANIED, **facts, by=world.amina)
    return application.get_absolute_url()


def _call_funding(world: World, count: int) -> str:
    call = called(world)
    for number in range(count):
        add_option(call, world.atelier, f"Site {number}", as_of=date(2021, 9, 16), amount=100, by=world.amina)
    return f"{call.get_absolute_url()}financements/"


PAGES = [
    (_issues, 24),
    (_issue, 24),
    (_issue_history, 21),
    (_issue_evidence, 24),
    (_dossiers, 24),
    (_reactions, 20),
    (_restitution, 33),
    (_host_dossier, 40),
    (_committee_dossier, 44),
    (_checklist, 15),
    (_agenda, 23),
    (_decision, 20),
    (_decisions, 16),
    (_tasks, 20),
    (_status, 22),
    (_stays, 21),
    (_home, 41),
    (_photos, 18),
    (_gatherings, 19),
    (_gathering, 22),
    (_to_collect, 17),
    (_coverage, 22),
    (_people, 19),
    (_member, 25),
    (_circles, 16),
    (_circle, 20),
    (_mandates, 16),
    (_nesting, 18),
    (_definitions, 17),
    (_organisations, 17),
    (_organisation, 17),
    (_ecosystem, 17),
    (_actors, 15),
    (_visit_programme, 18),
    (_participants, 22),
    (_invitations, 18),
    (_calendar_feed, 4),
    (_search, 19),
    (_listen, 39),
    (_source, 26),
    (_programme, 22),
    (_dates, 17),
    (_contributions, 21),
    (_funding, 19),
    (_funder, 24),
    (_agreements, 18),
    (_found, 16),
    (_sources, 17),
    (_attendees, 18),
    (_listened, 17),
    (_claims, 20),
    (_codings, 16),
    (_reports, 16),
    (_edition, 27),
    (_calls, 17),
    (_call, 20),
    (_application, 32),
    (_call_funding, 21),
]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("page", "queries"), PAGES, ids=[page.__name__[1:] for page, _ in PAGES])
def test_a_page_asks_as_often_for_three_things_as_for_one(
    world: World,
    amina: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    page: Callable[[World, int], str],
    queries: int,
    count: int,
) -> None:
    url = page(world, count)
    with django_assert_num_queries(queries):
        assert amina.get(url).status_code == 200
