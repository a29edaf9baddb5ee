"""Every address × every one of the cast: who gets what, by GET and by POST."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from recolte.community.actions import invitation_link, invite, sign_in_link
from recolte.community.models import Role, User
from recolte.sources.models import Kind
from tests.world import CAST, World, kept, spoken

# What must not leave Amina's hands before an agreement: a file's name, a turn, a paragraph.
SECRETS = ["confidence-au-jardin", "pamplemousse", "tournesol", "brouillon-de-carnet"]
OURS = ["Passerelles", "Atelier", "table-ronde", "coopérative", "carnet-commun", "photo-de-groupe", "Amina", "Bruno"]


@dataclass
class Things:
    """What the world holds for these tests, by the names of the table below."""

    world: World
    urls: dict[str, str]

    def url(self, path: str) -> str:
        return path.format(**self.urls)


@pytest.fixture
def things(world: World) -> Things:
    cache.clear()
    heard = kept(world, "table-ronde.wav")
    own = kept(world, "confidence-au-jardin.wav", agreed="")
    draft = kept(world, "brouillon-de-carnet.md", Kind.DOCUMENT, agreed="", text="Sous le tournesol.")
    shared = kept(world, "carnet-commun.md", Kind.DOCUMENT, text="Une visite coopérative.")
    photo = kept(world, "photo-de-groupe.jpg", Kind.PHOTO)
    invitation = invite(world.community, "chloe@example.org", Role.PRACTITIONER, by=world.amina)
    urls = {
        "community": world.community.slug,
        "gathering": world.gathering.pk,
        "heard": heard.pk,
        "own": own.pk,
        "draft": draft.pk,
        "note": shared.pk,
        "photo": photo.pk,
        "said": spoken(heard, "Une parole coopérative.").pk,
        "secret": spoken(own, "Un pamplemousse caché.").pk,
        "invitation": invitation_link(invitation).rsplit("/", 2)[1],
        "link": sign_in_link(User.objects.create_user("new@example.org", "Nouvelle")).rsplit("/", 2)[1],
    }
    return Things(world, {name: str(value) for name, value in urls.items()})


# route, address, then GET/POST for: Amina, Bruno, Driss, and those without an account (Chloé, the visitor)
TABLE = [
    # open to all; who is signed in already is led home
    ("connexion/", "/connexion/", "302/302 302/302 302/302 200/200"),
    ("connexion/code/", "/connexion/code/", "302/302 302/302 302/302 302/302"),
    ("connexion/lien/<str:token>/", "/connexion/lien/{link}/", "200/302 200/302 200/302 200/302"),
    ("connexion/lien/<str:token>/", "/connexion/lien/invented/", "410/410 410/410 410/410 410/410"),
    ("deconnexion/", "/deconnexion/", "200/302 200/302 200/302 302/302"),
    ("invitation/<str:token>/", "/invitation/{invitation}/", "200/200 200/200 200/200 200/200"),
    ("invitation/<str:token>/", "/invitation/invented/", "410/410 410/410 410/410 410/410"),
    ("style/", "/style/", "200/200 200/200 200/200 200/200"),
    ("langue/setlang/", "/langue/setlang/", "302/302 302/302 302/302 302/302"),
    ("", "/", "200/200 200/200 200/200 200/200"),
    # a community's own
    ("communaute/<slug:slug>/", "/communaute/{community}/", "200/200 200/403 404/404 302/302"),
    ("communaute/<slug:slug>/rencontre/", "/communaute/{community}/rencontre/", "200/200 200/200 404/404 302/302"),
    ("rencontres/", "/rencontres/", "200/200 200/200 200/200 302/302"),
    ("rencontres/<uuid:pk>/", "/rencontres/{gathering}/", "200/200 200/200 404/404 302/302"),
    ("rencontres/<uuid:pk>/deposer/", "/rencontres/{gathering}/deposer/", "405/422 405/422 405/404 302/302"),
    ("rencontres/<uuid:pk>/autorisation/", "/rencontres/{gathering}/autorisation/", "405/302 405/302 405/404 302/302"),
    ("recherche/", "/recherche/?q=coop*", "200/200 200/200 200/200 302/302"),
    # a recording that was agreed, with its transcript
    ("ecoute/<uuid:pk>/", "/ecoute/{heard}/", "200/200 200/200 404/404 302/302"),
    ("recueil/<uuid:pk>/", "/recueil/{heard}/", "200/200 200/200 404/404 302/302"),
    ("recueil/<uuid:pk>/original/", "/recueil/{heard}/original/", "200/200 200/200 404/404 404/404"),
    ("recueil/<uuid:pk>/<slug:role>/", "/recueil/{heard}/listening/", "200/200 200/200 404/404 404/404"),
    ("recueil/<uuid:pk>/<slug:role>/", "/recueil/{heard}/peaks/", "200/200 200/200 404/404 404/404"),
    ("recueil/<uuid:pk>/<slug:role>/", "/recueil/{heard}/picture/", "404/404 404/404 404/404 404/404"),
    ("recueil/<uuid:pk>/annuler/", "/recueil/{heard}/annuler/", "405/302 405/403 405/404 302/302"),
    ("recueil/<uuid:pk>/reprendre/", "/recueil/{heard}/reprendre/", "405/302 405/403 405/404 302/302"),
    ("transcriptions/<uuid:pk>/mots.json", "/transcriptions/{said}/mots.json", "200/200 200/200 404/404 302/302"),
    ("transcriptions/<uuid:pk>.<slug:format>", "/transcriptions/{said}.vtt", "200/200 200/200 404/404 404/404"),
    ("transcriptions/<uuid:pk>.<slug:format>", "/transcriptions/{said}.odt", "404/404 404/404 404/404 404/404"),
    # what Amina brought without an agreement: hers alone
    ("ecoute/<uuid:pk>/", "/ecoute/{own}/", "200/200 404/404 404/404 302/302"),
    ("recueil/<uuid:pk>/", "/recueil/{own}/", "200/200 404/404 404/404 302/302"),
    ("recueil/<uuid:pk>/", "/recueil/{draft}/", "200/200 404/404 404/404 302/302"),
    ("recueil/<uuid:pk>/original/", "/recueil/{own}/original/", "200/200 404/404 404/404 404/404"),
    ("recueil/<uuid:pk>/original/", "/recueil/{draft}/original/", "200/200 404/404 404/404 404/404"),
    ("recueil/<uuid:pk>/<slug:role>/", "/recueil/{own}/listening/", "200/200 404/404 404/404 404/404"),
    ("recueil/<uuid:pk>/<slug:role>/", "/recueil/{own}/peaks/", "200/200 404/404 404/404 404/404"),
    ("recueil/<uuid:pk>/annuler/", "/recueil/{own}/annuler/", "405/302 405/404 405/404 302/302"),
    ("recueil/<uuid:pk>/reprendre/", "/recueil/{own}/reprendre/", "405/302 405/404 405/404 302/302"),
    ("transcriptions/<uuid:pk>/mots.json", "/transcriptions/{secret}/mots.json", "200/200 404/404 404/404 302/302"),
    ("transcriptions/<uuid:pk>.<slug:format>", "/transcriptions/{secret}.vtt", "200/200 404/404 404/404 404/404"),
    ("transcriptions/<uuid:pk>.<slug:format>", "/transcriptions/{secret}.text", "200/200 404/404 404/404 404/404"),
    # a note, and a photo, whose original tells a place and a camera
    ("recueil/<uuid:pk>/", "/recueil/{note}/", "200/200 200/200 404/404 302/302"),
    ("recueil/<uuid:pk>/original/", "/recueil/{note}/original/", "200/200 200/200 404/404 404/404"),
    ("ecoute/<uuid:pk>/", "/ecoute/{note}/", "404/404 404/404 404/404 302/302"),
    ("recueil/<uuid:pk>/", "/recueil/{photo}/", "200/200 200/200 404/404 302/302"),
    ("recueil/<uuid:pk>/original/", "/recueil/{photo}/original/", "200/200 404/404 404/404 404/404"),
    ("recueil/<uuid:pk>/<slug:role>/", "/recueil/{photo}/thumbnail/", "200/200 200/200 404/404 404/404"),
    ("recueil/<uuid:pk>/<slug:role>/", "/recueil/{photo}/picture/", "200/200 200/200 404/404 404/404"),
]


def _routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route


def test_every_address_stands_in_the_table() -> None:
    assert {route for route, _, _ in TABLE} == set(_routes(get_resolver().url_patterns))


@pytest.mark.parametrize("who", CAST)
def test_each_of_the_cast_gets_what_is_theirs(things: Things, who: str) -> None:
    column = {"amina": 0, "bruno": 1, "driss": 2}.get(who, 3)
    client = things.world.client(who)
    got = {}
    for route, path, _ in TABLE:
        url = things.url(path)
        assert resolve(url.partition("?")[0]).route == route
        got[path] = _statuses(client, url)
        if got[path].endswith("/302") and path.startswith(("/connexion/lien/", "/deconnexion/")):
            client = things.world.client(who)  # is somebody else now, or nobody
    assert got == {path: statuses.split()[column] for _, path, statuses in TABLE}


def _statuses(client: Client, url: str) -> str:
    answers = [client.get(url), client.post(url)]
    for answer in answers:
        list(answer)  # a medium's file is open until it is read
    return "/".join(str(answer.status_code) for answer in answers)


def _body(response: HttpResponseBase) -> str:
    content = b"".join(response)
    headers = " ".join(f"{name}: {value}" for name, value in response.items())
    return f"{headers}\n{content.decode(errors='replace')}"


def _everything_read_by(things: Things, who: str) -> str:
    """All that one of the cast gets at every address, as a page and as htmx asks for it, and by searching."""
    client = things.world.client(who)
    apart = ("/deconnexion/", "/connexion/", "/invitation/", "/style/")  # the last shows invented people
    addresses = [path for _, path, _ in TABLE if not path.startswith(apart)]
    addresses += ["/recherche/?q=confid*", "/recherche/?q=pample*", "/recherche/?q=tourn*", "/recherche/?q=brouil*"]
    bodies = [_body(client.get(things.url(path))) for path in addresses]
    bodies += [_body(client.get(things.url(path), headers={"HX-Request": "true"})) for path in addresses]
    return "\n".join(bodies)


def _met(words: list[str], text: str) -> list[str]:
    return [word for word in words if word in text]


def test_no_word_of_what_was_not_agreed_reaches_another_member(things: Things) -> None:
    met = {who: _met(SECRETS, _everything_read_by(things, who)) for who in ("amina", "bruno")}
    assert met == {"amina": SECRETS, "bruno": []}


def test_no_word_of_a_community_reaches_who_is_not_in_it(things: Things) -> None:
    met = {who: _met(OURS + SECRETS, _everything_read_by(things, who)) for who in ("amina", "driss", "anonymous")}
    assert met == {"amina": OURS + SECRETS, "driss": [], "anonymous": []}


def test_a_photo_of_another_offers_its_picture_but_not_its_original(things: Things) -> None:
    page = things.url("/recueil/{photo}/")
    original = things.url("/recueil/{photo}/original/")
    offered = {who: original in things.world.client(who).get(page).content.decode() for who in ("amina", "bruno")}
    assert offered == {"amina": True, "bruno": False}


def test_a_member_who_left_reads_nothing_any_more(things: Things) -> None:
    things.world.community.memberships.filter(user=things.world.amina).delete()
    others = [word for word in OURS if word != "Amina"]
    assert _met(others + SECRETS, _everything_read_by(things, "amina")) == []
