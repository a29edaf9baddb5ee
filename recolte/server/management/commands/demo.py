import os
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import recolte
from recolte.cards.actions import personal_link
from recolte.publishing.actions import own_address
from recolte.server.demo import STORY, Demo
from recolte.ui.command import Command as RecolteCommand
from recolte.ui.command import CommandError, CommandParser

FOLDER = Path(recolte.__file__).resolve().parent.parent / "tests" / "data" / "demo"


class Command(RecolteCommand):
    words = gettext_lazy(
        "Open an invented community, from its recordings (real readings under open licences, transcribed now) to its "
        "public site."
    )
    example = "demo --port 8000"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=FOLDER, help=_("what the community brought back"))
        parser.add_argument("--port", type=int, default=8000, help=_("port of the pages"))

    def handle(self, *args: Any, folder: Path, port: int, **options: Any) -> None:
        if not (folder / STORY).is_file():
            raise CommandError(_("The demo's recordings come with the source code: run it there with “make demo”."))
        if "RECOLTE_SITE_URL" not in os.environ:
            settings.SITE_URL = f"http://127.0.0.1:{port}"
        demo = Demo(folder)
        community = demo.begin()
        demo.bring(community)
        for recordings, told in demo.recordings():  # its progress is shown all the same
            call_command("harvest", recordings, **told, no_link=True, stdout=StringIO())
        demo.tell(community)
        demo.show(community)
        person = demo.recorded(community)
        self.say(_("The public site: %(address)s") % {"address": own_address(community)})
        self.say(
            _("What “%(person)s”, whose voice is heard there, sees without an account: %(link)s")
            % {"person": person, "link": personal_link(person)}
        )
        call_command("serve", port=port, link_for=demo.coordinator)
