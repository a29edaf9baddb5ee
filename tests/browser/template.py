"""A community with the template of a visit, and nobody else's: `python -m tests.browser.template OUT`, beside `fill`.

OUT receives {"sign_in": a link for Léna, who coordinates, "template": the path of the template} as JSON.
"""

import json
import os
import sys
from datetime import date
from pathlib import Path

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recolte.settings")
    django.setup()

from recolte.community.actions import found_community, join, sign_in_link
from recolte.community.models import Role, User
from recolte.gatherings.actions import add_session, add_speaker, plan_gathering
from recolte.gatherings.actions.checklist import add_to_checklist
from recolte.gatherings.actions.collection import plan_collection
from recolte.gatherings.models import SessionKind
from tests.gatherings.visiting import clock

FIRST, LAST = date(2021, 9, 16), date(2021, 9, 17)


def make() -> dict[str, str]:
    lena = User.objects.create_user("lena@example.org", "Léna")
    community = found_community("La Traversée", by=lena)
    join(community, User.objects.create_user("malo@example.org", "Malo"), Role.PRACTITIONER, by=lena)
    visit = plan_gathering(community, "La trame d’une visite", by=lena, starts_on=FIRST, ends_on=LAST)
    telling = add_session(visit, by=lena, title="La structure se présente", kind=SessionKind.PRESENTATION,
                          starts_at=clock(FIRST, 10), ends_at=clock(FIRST, 12), follows_outline=True)  # fmt: skip
    add_speaker(telling, "Quelqu’un de la structure", by=lena)
    leaving = add_session(visit, by=lena, title="Bilan à chaud", kind=SessionKind.WRAP_UP,
                          starts_at=clock(LAST, 15), ends_at=clock(LAST, 16))  # fmt: skip
    plan_collection(visit, {telling: {"notes": "Malo", "photos": ""}, leaving: {"notes": ""}}, by=lena)
    for moment, what in (("1_before", "Réserver la salle"), ("2_during", "Recueillir les accords")):
        add_to_checklist(visit, what, moment, by=lena)
    return {"sign_in": sign_in_link(lena), "template": visit.get_absolute_url()}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(make()))
