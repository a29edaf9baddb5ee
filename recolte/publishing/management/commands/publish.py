from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recolte.cards.models import Card
from recolte.community.models import Community
from recolte.engine.problems import Unreadable
from recolte.publishing.actions import own_address, own_folder, publish
from recolte.publishing.site import NotOurs, manifest
from recolte.ui.command import Command as BaseCommand
from recolte.ui.command import CommandError, CommandParser


class Command(BaseCommand):
    words = gettext_lazy(
        "Write the public site of a community: the published cards, as far as those whose words they rest on agree. What was "
        "withdrawn since is removed from the folder."
    )
    example = "publish --to ./site --url https://example.org/recolte/"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, metavar="DIR", help=_("the folder (else the one that the house shows)"))
        parser.add_argument("--community", metavar="NAME", help=_("which community (needed where there are several)"))
        parser.add_argument("--url", default="", help=_("the address at which the folder will be served"))

    def handle(self, *args: Any, to: Path | None = None, community: str = "", url: str = "", **options: Any) -> None:
        chosen = self._community(community)
        folder = to.expanduser().absolute() if to else own_folder(chosen)
        try:
            written = publish(chosen, folder, url=url if to else own_address(chosen), by=None)
        except (NotOurs, ValueError, OSError, Unreadable) as error:
            raise CommandError(str(error)) from None
        cards = len((manifest(folder) or {"cards": []})["cards"])
        self.say(
            ngettext("%(n)d card is public in %(folder)s.", "%(n)d cards are public in %(folder)s.", cards)
            % {"n": cards, "folder": folder}
        )
        self.say(
            _("%(written)d files were written, %(removed)d removed.")
            % {"written": written.written, "removed": written.removed}
        )
        if not Card.objects.filter(community=chosen, published_at__lte=timezone.now()).exists():
            self.say(_("No card is meant for the public yet: open one in the pages, and publish it."))

    def _community(self, name: str) -> Community:
        found = list(Community.objects.filter(name__iexact=name) if name else Community.objects.all()[:2])
        if len(found) == 1:
            return found[0]
        if not found:
            raise CommandError(_("There is no such community: say its name as the pages do, with --community."))
        raise CommandError(_("There are several communities here: say which one with --community."))
