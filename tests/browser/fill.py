"""A house full of everything that a page may have to show: `python -m tests.browser.fill OUT`, on the data of RECOLTE_DATA.

OUT receives {"pages": {name: [who, address]}, …} as JSON. Who: "amina", "driss" (whose community has nothing yet), "nadia"
(who is in no community), or "" for a visitor.
"""

import io
import json
import os
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recolte.settings")
    django.setup()

from django.conf import settings
from django.core import signing
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from recolte.cards.actions import answer, personal_link, publish_card, tie
from recolte.cards.models import Answer
from recolte.cards.rules import standing
from recolte.coding.actions import code_excerpt, make_code, mark_seconds
from recolte.coding.models import Facet, Stance
from recolte.community.actions import invite
from recolte.community.models import Role, User
from recolte.community.people import find_or_make_person
from recolte.comparison.actions import bear, give_opinion, raise_issue
from recolte.consent.actions import agree_to
from recolte.consent.models import Consent, Purpose
from recolte.gatherings.actions import plan_gathering
from recolte.gatherings.models import Gathering, Kind
from recolte.jobs.actions import start
from recolte.jobs.models import Job, State, Worker
from recolte.publishing.actions import own_address, own_folder, publish
from recolte.sources.actions import open_deposit, receive
from recolte.sources.models import Kind as SourceKind
from recolte.sources.models import Source
from recolte.transcripts.actions import add_term, insert_turn, mark_listened, name_voice, undo
from recolte.transcripts.models import Origin, SameMoment, Transcript
from tests.browser.applied import applied
from tests.browser.peopled import peopled
from tests.browser.planned import planned
from tests.browser.reported import reported
from tests.browser.visited import visited
from tests.world import (
    AGREED,
    DATA,
    World,
    accepts,
    allows,
    claimed,
    make_world,
    passage_of,
    spoken,
    tone,
    work,
)

DEMO = DATA / "demo" / "atelier-de-lecture"
LONG_NAME = "2021-09-16_table-ronde-du-matin_avec-les-habitantes-et-les-habitants-du-quartier_micro-cravate_version-definitive-2.wav"
LONG_TITLE = "Visite apprenante à la Maison partagée des Trois-Rivières et à ses ateliers, avec les équipes de la coopérative voisine"
SAID = [
    "On a compris que la coopération ne se décrète pas : elle se construit à table, dans les trajets, le soir.",
    "Et pendant que l’on range les chaises. La mairie finit par venir écouter.",
    "Oui.",
    "Ce que j’en retiens, c’est qu’on n’a pas monté un projet : on a d’abord appris à se faire confiance. Ça, personne ne "
    "le finance.",
    "Je me souviens du premier hiver : on gardait nos manteaux, et les gens revenaient le jeudi suivant.",
]
NOTE = """# Carnet de visite

Arrivée vers neuf heures, il pleut. La cour est pleine de vélos.

## Ce que l’on nous a montré

- l’atelier de réparation, ouvert le **mercredi** et le samedi ;
- la cuisine : *on ne se réunit jamais sans manger ensemble* ;
- le local où dorment les machines que l’on se prête.

> On n’a pas monté un projet, on a d’abord appris à se faire confiance.

### Chiffres notés

| Activité | Personnes | Jours |
|---|---|---|
| Réparation | 34 | mercredi, samedi |
| Cuisine partagée | 18 | tous les midis |

1. Revenir avec la commune.
2. Demander les statuts.

Une adresse très longue : https://exemple.org/une/adresse/tres/longue/qui/ne/se/coupe/pas/facilement/dans-un-paragraphe-etroit.html
"""
CONVERSATION = (
    "Amina : Bonjour à toutes et à tous.\nCamille : Merci de nous recevoir.\nAmina : On commence par la cour ?\n" * 3
)


class House:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world: World = make_world()
        self.amina = self.world.amina

    def bring(self, gathering: Gathering, name: str, content: bytes, agreed: str = AGREED) -> Any:
        path = self.folder / "brought"
        path.write_bytes(content)
        brought = receive(open_deposit(gathering, by=self.amina, agreed=agreed, resume=True), path, name)
        work()
        if isinstance(brought, Source):
            brought.refresh_from_db()
        return brought

    def like(self, source: Source, name: str, number: int, **facts: Any) -> Source:
        """One more row like `source`: for long lists, without reading forty files."""
        kept = {field: getattr(source, field) for field in ("community", "gathering", "deposit", "attestation", "kind")}
        kept |= {field: getattr(source, field) for field in ("state", "size", "format", "media_type", "duration_ms")}
        return Source.objects.create(name=name, sha256=f"{number:064x}", **{**kept, **facts})

    def job(self, source: Source, name: str, state: State, **facts: Any) -> Job:
        """A job as it is at one moment: no worker takes it, and it is never found abandoned."""
        Job.objects.filter(subject=source.pk).delete()
        silent = Worker.objects.get_or_create(
            id="a worker that never ends", pid=0, host="x", defaults={"seen_at": timezone.now() + timedelta(days=365)}
        )[0]
        return Job.objects.create(
            community=source.community, name=name, subject=source.pk, topic=source.gathering_id, state=state,
            worker=silent if state == State.RUNNING else None, started_at=timezone.now() - timedelta(minutes=4), **facts,
        )  # fmt: skip


def photo(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    Image.blend(picture, Image.new("RGB", (width, height), colour), 0.6).save(out, "JPEG")
    return out.getvalue()


def fill(folder: Path) -> dict[str, Any]:
    house = House(folder)
    world, amina, community = house.world, house.amina, house.world.community
    full = world.gathering
    full.starts_on, full.ends_on = date(2021, 9, 16), date(2021, 9, 17)
    full.save()

    # A gathering with everything
    recording = house.bring(
        full, "lecture-a-trois-voix.wav", (DEMO / "fleurs" / "lecture-a-trois-voix.wav").read_bytes()
    )
    recording.transcripts.all().delete()
    spoken(recording, *SAID)
    house.bring(full, "lecture-a-trois-voix.vtt", subtitles(SAID).encode())
    poem = house.bring(full, LONG_NAME, (DEMO / "lamartine" / "lamartine.wav").read_bytes())
    damaged = house.bring(full, "entretien dans la cuisine.wav", tone(3)[:60_000])
    untimed = house.bring(full, "conversation au portail.txt", CONVERSATION.encode())
    note = house.bring(full, "carnet-de-visite.md", NOTE.encode())
    unreadable = house.bring(full, "convention.pdf", b"%PDF-1.7\nnothing that follows is a document")
    shots = [
        (1200, 900, (120, 90, 30)),
        (900, 1200, (30, 90, 90)),
        (1600, 600, (90, 40, 30)),
        (800, 800, (40, 60, 110)),
    ]
    photos = [house.bring(full, f"IMG_{n}.jpg", photo(*shot)) for n, shot in enumerate(shots, 2040)]
    photos.append(
        house.bring(full, "arrivee-dans-la-cour-sous-la-pluie-avec-toute-l-equipe.jpg", photo(640, 480, (60, 80, 50)))
    )
    house.bring(full, "sauvegarde.zip", b"PK\x03\x04 not much of an archive")
    house.bring(full, "enregistrement-vide.m4a", b"")

    # One where agreements are missing
    unagreed = plan_gathering(
        community, "Séminaire d’automne", by=amina, kind=Kind.SEMINAR, starts_on=date(2021, 10, 21)
    )
    alone = house.bring(unagreed, "tour de table.wav", tone(4), agreed="")
    house.bring(unagreed, "notes du train.md", b"# Retour\n\nDans le train.\n", agreed="")
    house.bring(unagreed, "IMG_0001.jpg", photo(1000, 700, (80, 80, 20)), agreed="")
    house.bring(unagreed, "photos.rar", b"Rar!\x1a\x07\x00 and so on")

    # Forty recordings in one gathering
    many = plan_gathering(
        community, "Entretiens du printemps", by=amina, kind=Kind.WORKSHOP, starts_on=date(2021, 4, 1)
    )
    one = house.bring(many, "entretien 00.wav", tone(2))
    for n in range(1, 40):
        house.like(one, f"entretien {n:02} avec une personne rencontrée sur le marché.m4a", n, duration_ms=60_000 * n)
        if n % 3 == 0:
            house.job(Source.objects.get(sha256=f"{n:064x}"), "transcripts.transcribe", State.DONE)

    SameMoment.objects.create(
        community=community, one=one, other=Source.objects.get(sha256=f"{1:064x}"), offset_ms=-500, drift=0, likeness=0.9,
        sureness=9, shared_ms=2000, clarity_of_one=21, clarity_of_other=9, loud_in_one=0, loud_in_other=0.04,
    )  # fmt: skip

    empty = plan_gathering(community, "Comité de mars", by=amina, kind=Kind.COMMITTEE)
    long = house.like(poem, "journée entière.wav", 2000, gathering=many, duration_ms=9 * 3_600_000)
    spoken(long, *(f"{SAID[n % len(SAID)]} ({n})" for n in range(1500)))
    nothing = house.bring(many, "silence.wav", tone(2, 0))
    nothing.transcripts.all().delete()
    spoken(nothing)

    chain = _chain(world, recording, note)
    lately = planned(world) | peopled(world) | visited(world) | reported(world) | applied(world)

    # One where work is under way: last, since whatever comes in afterwards would do the work that waits
    working = plan_gathering(
        community, LONG_TITLE, by=amina, place="Saint-Maurice-de-Rémens", starts_on=date(2022, 3, 3)
    )
    first = house.bring(working, "table ronde.wav", tone(5))
    house.job(first, "transcripts.transcribe", State.RUNNING, stage="listening", done=1_600_000, total=4_300_000,
              stage_started_at=timezone.now() - timedelta(minutes=3))  # fmt: skip
    states = [
        (LONG_NAME, "transcripts.transcribe", State.QUEUED, {}),
        ("atelier.wav", "transcripts.transcribe", State.RUNNING, {"stage": "decoding"}),
        ("cuisine.wav", "transcripts.transcribe", State.FAILED, {"problem": "no_model"}),
        ("cour.wav", "transcripts.transcribe", State.CANCELLED, {}),
    ]
    rows = [house.like(first, name, 1000 + n, duration_ms=4_300_000 + n) for n, (name, *_) in enumerate(states)]
    for row, (_, name, state, facts) in zip(rows, states, strict=True):
        house.job(row, name, state, **facts)

    nadia = User.objects.create_user("nadia@example.org", "Nadia")
    invitation = invite(community, "camille@example.org", Role.PRACTITIONER, by=amina)
    token = signing.dumps(str(invitation.pk), salt="invitation")

    def page(name: str, *args: Any) -> str:
        return reverse(name, args=args)

    search = page("search")
    pages = {
        "welcome": ["", "/"],
        "sign-in": ["", page("sign_in")],
        "invitation": ["", page("invitation", token)],
        "link-over": ["", page("invitation", "nothing")],
        "style": ["", page("style")],
        "not-found": ["amina", "/nulle-part/"],
        "home": ["amina", "/"],
        "home-empty": ["driss", "/"],
        "home-of-nobody": ["nadia", "/"],
        "gatherings": ["amina", page("gatherings")],
        "gathering-empty": ["amina", empty.get_absolute_url()],
        "gathering-full": ["amina", full.get_absolute_url()],
        "gathering-unagreed": ["amina", unagreed.get_absolute_url()],
        "gathering-working": ["amina", working.get_absolute_url()],
        "gathering-of-forty": ["amina", many.get_absolute_url()],
        "plan": ["amina", page("plan_gathering", community.slug)],
        "people": ["amina", page("people", community.slug)],
        "note": ["amina", note.get_absolute_url()],
        "unreadable": ["amina", unreadable.get_absolute_url()],
        "photo": ["amina", photos[1].get_absolute_url()],
        "photo-journal": ["amina", page("photos", photos[1].gathering_id)],
        "listen": ["amina", recording.get_absolute_url()],
        "listen-unagreed": ["amina", alone.get_absolute_url()],
        "listen-working": ["amina", first.get_absolute_url()],
        "listen-damaged": ["amina", damaged.get_absolute_url()],
        "listen-untimed": ["amina", untimed.get_absolute_url()],
        "listen-nothing": ["amina", nothing.get_absolute_url()],
        "listen-long": ["amina", long.get_absolute_url()],
        "codes": ["amina", page("codes", community.slug)],
        "codes-empty": ["driss", page("codes", world.elsewhere.slug)],
        "code": ["amina", chain["code"]],
        "excerpt": ["amina", chain["excerpt"]],
        "excerpt-note": ["bruno", chain["excerpt-note"]],
        "voices": ["amina", chain["voices"]],
        "desk": ["amina", chain["desk"]],
        "strike": ["amina", chain["strike"]],
        "desk-adding": ["amina", chain["desk-adding"]],
        "corrections": ["amina", chain["corrections"]],
        "hear-again": ["amina", chain["hear-again"]],
        "glossary": ["amina", page("glossary", community.slug)],
        "take-away": ["amina", chain["take-away"]],
        "recorders": ["amina", page("recorders", one.pk)],
        "interview": ["amina", reverse("interview", args=[untimed.pk])],
        "mirror": ["amina", page("mirror", community.slug)],
        "mirror-empty": ["driss", page("mirror", world.elsewhere.slug)],
        "mirror-cell": ["amina", page("mirror_cell", community.slug, world.atelier.pk, "value")],
        "issues": ["amina", page("issues", community.slug)],
        "issue": ["amina", chain["issue"]],
        "persons": ["amina", page("persons", community.slug)],
        "person": ["amina", page("person", world.chloe.pk)],
        "my-words": ["amina", page("my_words")],
        "personal": ["", chain["personal"]],
        "personal-over": ["", page("personal", "nothing")],
        "cards": ["amina", page("cards", community.slug)],
        "cards-empty": ["driss", page("cards", world.elsewhere.slug)],
        "card": ["amina", chain["card"]],
        "evidence": ["amina", chain["evidence"]],
        "use": ["amina", chain["use"]],
        "public-site": ["amina", page("public_site", community.slug)],
        "public-site-empty": ["driss", page("public_site", world.elsewhere.slug)],
        "search": ["amina", search],
        "search-hits": ["amina", f"{search}?q=confiance"],
        "search-none": ["amina", f"{search}?q=zanzibar"],
        **lately,
    }
    assert nadia.pk and Source.objects.filter(kind=SourceKind.PHOTO).count() == 6
    return {"pages": pages, "recording": str(recording.pk), "agree": empty.get_absolute_url()}


def _chain(world: World, recording: Source, note: Source) -> dict[str, str]:
    """From these words to cards: a claim at each of its states, one of them public."""
    transcript = Transcript.objects.get(source=recording, origin=Origin.MACHINE)
    turns = list(transcript.turns.select_related("transcript"))
    dora = find_or_make_person(world.community, name="Dora", role="élue", structure="La Commune", by=world.amina)
    quiet = find_or_make_person(world.community, role="habitant du quartier", by=world.amina)
    name_voice(turns[:2], world.chloe, by=world.bruno)
    name_voice(turns[3:4], dora, by=world.bruno)
    mark_listened(turns[:4], by=world.bruno)
    allows(world.chloe)
    agree_to(dora, [Purpose.GROUP], how=Consent.How.PAPER, by=world.amina)
    value, posture = (
        make_code(world.community, name, facet=facet, by=world.bruno)
        for name, facet in (("confiance", Facet.VALUE), ("posture d’appui à la coopération", Facet.POSTURE))
    )
    said = passage_of(world, transcript, "elle se construit à table, dans les trajets")
    inner = passage_of(world, transcript, "à table, dans les trajets, le soir.\nEt pendant que l’on range les chaises")
    trust = passage_of(world, transcript, "on a d’abord appris à se faire confiance")
    alone = passage_of(world, transcript, "Je me souviens du premier hiver")
    written = passage_of(world, note, "on ne se réunit jamais sans manger ensemble", person=quiet)
    for excerpt, code in ((said, value), (said, posture), (inner, posture), (trust, value), (written, value)):
        code_excerpt(excerpt, code, by=world.bruno)
    mark_seconds(recording, 4000, 9000, "le silence avant la réponse", by=world.amina, person=world.chloe)
    public = claimed(world, "La coopération se prépare à table.", said)
    accepts(world.chloe, public)
    card = public.card
    for text, excerpt in (
        ("La confiance précède le projet.", trust),
        ("On mange ensemble avant de décider.", written),
        ("On revient, même en hiver.", alone),
    ):
        claimed(world, text, excerpt, card=card)
    contested = claimed(world, "Ranger les chaises fait partie du travail.", inner, card=card)
    answer(
        contested,
        world.chloe,
        Answer.REPHRASED,
        version=standing(contested).version,
        wording="Ranger, c’est accueillir.",
    )
    tie(contested, trust, stance=Stance.NUANCES, by=world.amina)
    issue = raise_issue(world.community, "Prendre le temps de se faire confiance", codes=[value], by=world.bruno)
    bear(issue, trust, by=world.bruno)
    bear(issue, alone, stance=Stance.CONTRADICTS, by=world.bruno)
    give_opinion(issue, Stance.NUANCES, "Le temps, oui, mais chez nous il n’est pas payé.", by=world.amina)
    claimed(world, "Que reste-t-il quand la subvention s’arrête ?", card=card)
    publish_card(card, by=world.amina)
    publish(world.community, own_folder(world.community), url=own_address(world.community), by=world.amina)
    start("journal.verify", world.community.pk, community=world.community)
    work()
    assert said.transcript
    turn = said.transcript.turns.order_by("position")[0]
    insert_turn(turn, "Ah, oui.", speaker=turn.speaker, start_ms=None, end_ms=None, by=world.amina)
    undo(said.transcript, by=world.amina)
    add_term(world.community, "tiers-lieu", by=world.amina)
    desk = reverse("desk", args=[said.transcript.pk])
    return {
        "desk": f"{desk}?tour={turn.pk}",
        "desk-adding": f"{desk}?apres={turn.pk}",
        "strike": f"{reverse('strike_words', args=[said.transcript.pk])}?tour={turn.pk}",
        "corrections": reverse("corrections", args=[said.transcript.pk]),
        "hear-again": reverse("hear_again", args=[said.transcript.pk]),
        "take-away": reverse("take_away", args=[said.transcript.pk]),
        "code": value.get_absolute_url(),
        "excerpt": said.get_absolute_url(),
        "excerpt-note": written.get_absolute_url(),
        "voices": reverse("voices", args=[Transcript.objects.get(brought_as__name="lecture-a-trois-voix.vtt").pk]),
        "personal": personal_link(world.chloe).removeprefix(settings.SITE_URL),
        "card": card.get_absolute_url(),
        "issue": issue.get_absolute_url(),
        "evidence": reverse("evidence", args=[contested.pk]),
        "use": reverse("use_excerpt", args=[said.pk]),
    }


def subtitles(said: list[str]) -> str:
    cues = [
        f"00:00:{n * 6:02}.000 --> 00:00:{n * 6 + 5:02}.500\n<v Personne {'AB'[n % 2]}>{text}\n"
        for n, text in enumerate(said)
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


if __name__ == "__main__":
    call_command("prepare")
    with tempfile.TemporaryDirectory() as folder:
        Path(sys.argv[1]).write_text(json.dumps(fill(Path(folder))))
