"""Chloé speaks in a recording of three tones, and claims rest on it: `python -m tests.browser.told OUT`, beside `fill`.

OUT receives {"link": the path of her personal link, "person": …, "persons": …} as JSON.
"""

import io
import json
import math
import os
import struct
import sys
import tempfile
import time
import wave
from datetime import date
from pathlib import Path

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recolte.settings")
    django.setup()

from django.urls import reverse

from recolte.cards.actions import add_claim, answer, change_claim, personal_link, tie, write_card
from recolte.cards.models import Answer, Kind
from recolte.cards.rules import standing
from recolte.coding.actions import excerpt_at
from recolte.coding.models import Excerpt, Stance
from recolte.community.models import Community, User
from recolte.community.people import change_person, find_or_make_person
from recolte.consent.actions import agree_to, attest, withdraw
from recolte.consent.models import Consent, Purpose
from recolte.gatherings.actions import plan_gathering
from recolte.sources.actions import open_deposit, receive
from recolte.sources.models import Rendition, Source
from recolte.transcripts.actions import name_voice
from tests.world import AGREED, spoken

SAID = [
    "Chez nous on décide ensemble le jeudi, autour de la grande table, et personne ne repart sans avoir parlé.",
    "Moi je préfère que l’on vote, sinon ce sont toujours les mêmes qui parlent.",
    "La mairie a fini par venir écouter, sans rien promettre.",
    "On gardait nos manteaux, le premier hiver.",
    "Et quand on ne sait pas, on le dit.",
]


def tones(seconds: float) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        samples = (int(6000 * math.sin(i * 0.12 * (1 + i // 32000))) for i in range(int(seconds * 16000)))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return out.getvalue()


def recording(community: Community, amina: User, folder: Path) -> Source:
    """Brought without an agreement, so that nobody transcribes it; the agreement comes once it can be listened to."""
    gathering = plan_gathering(community, "Visite à la Maison partagée", by=amina, place="Dijon")
    gathering.starts_on = date(2021, 9, 16)
    gathering.save()
    path = folder / "table.wav"
    path.write_bytes(tones(sum(len(text.split(" ")) for text in SAID) * 0.4 + 1))
    source = receive(open_deposit(gathering, by=amina, agreed="", resume=True), path, "table ronde du matin.wav")
    assert isinstance(source, Source)
    for _ in range(300):
        if source.renditions.filter(role=Rendition.Role.LISTENING).exists():
            break
        time.sleep(0.2)
    source.refresh_from_db()
    source.attestation = attest(community, AGREED, by=amina)
    source.save()
    return source


def tell(folder: Path) -> dict[str, str]:
    community, amina = Community.objects.get(name="Les Passerelles"), User.objects.get(name="Amina")
    source = recording(community, amina, folder)
    transcript = spoken(source, *SAID)
    chloe = find_or_make_person(community, name="Chloé", role="menuisière", structure="L’Atelier", by=amina)
    change_person(chloe, name="Chloé", role="menuisière", structure="L’Atelier", pseudonym="Une artisane", by=amina)
    emile = find_or_make_person(community, name="Émile", role="trésorier", structure="La Mairie", by=amina)
    find_or_make_person(community, role="animatrice d’un centre social", structure="Les Trois-Rivières", by=amina)
    turns = list(transcript.turns.order_by("position"))
    name_voice([turns[0], turns[2], turns[3], turns[4]], chloe, by=amina)
    name_voice([turns[1]], emile, by=amina)
    text = transcript.text

    def passage(first: int, last: int) -> Excerpt:
        return excerpt_at(transcript, text.index(SAID[first]), text.index(SAID[last]) + len(SAID[last]), by=amina)

    card = write_card(community, "Décider à plusieurs", "Comment décide-t-on ici ?", by=amina)
    first = add_claim(card, "Ici on décide ensemble, une fois par semaine, et chaque voix est entendue.", by=amina)
    tie(first, passage(0, 0), by=amina)
    tie(first, passage(1, 1), stance=Stance.NUANCES, by=amina)
    second = add_claim(card, "La commune n’écoute que ceux qui l’attendent.", kind=Kind.QUESTION, by=amina)
    tie(second, passage(2, 2), stance=Stance.CONTRADICTS, by=amina)
    answer(second, chloe, Answer.ACCEPTED, version=standing(second).version)
    change_claim(second, "La commune finit par écouter ceux qui l’attendent.", kind=Kind.QUESTION, by=amina)
    third = add_claim(card, "Dire que l’on ne sait pas fait partie du métier.", by=amina)
    tie(third, passage(4, 4), by=amina)
    wording = "Dire que l’on ne sait pas, c’est déjà avancer."
    answer(third, chloe, Answer.REPHRASED, version=standing(third).version, wording=wording)
    passage(3, 3)
    agree_to(emile, [Purpose.GROUP, Purpose.PUBLISH_AUDIO], how=Consent.How.SPOKEN, by=amina)
    withdraw(emile, [Purpose.PUBLISH_AUDIO], how=Consent.How.PAPER, by=amina)
    return {
        "link": personal_link(chloe).removeprefix(personal_link(chloe).split("/parole/")[0]),
        "person": reverse("person", args=[chloe.pk]),
        "emile": reverse("person", args=[emile.pk]),
        "persons": reverse("persons", args=[community.slug]),
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as work:
        Path(sys.argv[1]).write_text(json.dumps(tell(Path(work))))
