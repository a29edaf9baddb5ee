from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.server.backup import restore
from recolte.server.management.commands.backup import bars, explained
from recolte.ui.command import Command as RecolteCommand
from recolte.ui.command import CommandParser


class Command(RecolteCommand):
    words = gettext_lazy(
        "Bring back what a backup kept, in the place of the data directory; the former one is put beside.\n"
        "Everything is verified first: a damaged backup changes nothing."
    )
    example = "restore /media/usb/recolte-2026-09-16.tar --data ~/recolte"
    needs_database = False  # the database that is there is about to be put aside

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=_("the backup"))
        parser.add_argument("--force", action="store_true", help=_("restore even while Récolte is at work"))

    def handle(self, *args: Any, file: Path, force: bool, **options: Any) -> None:
        with explained(), bars() as progress:
            manifest, before = restore(file.absolute(), progress, force=force)
        self.say(
            _("%(data)s is again what it was at %(when)s (UTC), verified.")
            % {"data": settings.DATA, "when": manifest.created_at[:16].replace("T", " ")}
        )
        if before:
            self.say(_("What was there before is in %(folder)s: remove it once all is well.") % {"folder": before})
