from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import recolte
from recolte.community.models import User
from recolte.ui.command import Command as RecolteCommand
from recolte.ui.command import CommandError, CommandParser

FOLDER = Path(recolte.__file__).resolve().parent.parent / "tests" / "data" / "demo"
COMMUNITY = "Les Passerelles"
GATHERING = "Visite apprenante à l’Atelier des Passerelles"
AGREED = "Lectures à voix haute publiées sous licence libre par leurs auteurs ; personne n’y est interrogé."
COORDINATOR = "amina@example.org"


class Command(RecolteCommand):
    words = gettext_lazy("Open a demo community: the main job on openly licensed voices, then the server.")
    example = "demo --port 8000"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=FOLDER, help=_("what the visit brought back"))
        parser.add_argument("--port", type=int, default=8000, help=_("port of the pages"))

    def handle(self, *args: Any, folder: Path, port: int, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(_("The demo's recordings come with the source code: run it there with “make demo”."))
        if not User.objects.filter(email=COORDINATOR).exists():
            User.objects.create_user(COORDINATOR, "Amina")
        settings.SITE_URL = f"http://127.0.0.1:{port}"
        call_command(
            "harvest", folder, gathering=GATHERING, community=COMMUNITY, agreed=AGREED, by=COORDINATOR, no_link=True
        )
        call_command("serve", port=port, link_for=COORDINATOR)
