import sys
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recolte.journal.verifying import verify
from recolte.ui.command import Command as BaseCommand


class Command(BaseCommand):
    words = gettext_lazy(
        "Walk the whole chain, from the files to what was published: one line for each broken link, and exit 1 if there is any."
    )
    example = "verify"

    def handle(self, *args: Any, **options: Any) -> None:
        seen = broken = 0
        for walk in verify():
            seen += walk.seen
            broken += len(walk.broken)
            for link in walk.broken:
                self.say(str(link))
            self.stderr.write(f"{walk.label}: {walk.seen}")
        if broken:
            self.stderr.write(ngettext("%(n)d link is broken.", "%(n)d links are broken.", broken) % {"n": broken})
            sys.exit(1)
        self.say(_("The chain holds: %(n)d links.") % {"n": seen})
