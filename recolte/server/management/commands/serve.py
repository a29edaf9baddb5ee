import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.community.actions import sign_in_link
from recolte.community.models import User
from recolte.server.supervisor import Supervisor, children, is_free
from recolte.ui.command import Command as RecolteCommand
from recolte.ui.command import CommandError, CommandParser


class Command(RecolteCommand):
    words = gettext_lazy("Start Récolte on this computer: pages, background work and live progress, in one go.")
    example = "serve --port 8000"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help=_("address to listen on"))
        parser.add_argument(
            "--port", type=int, default=8000, help=_("port of the pages (the live process takes the next)")
        )
        parser.add_argument("--link-for", metavar="EMAIL", help=_("print a one-time sign-in link for this person"))

    def handle(self, *args: Any, host: str, port: int, link_for: str | None, **options: Any) -> None:
        for one in (port, port + 1):
            if not is_free(host, one):
                raise CommandError(
                    _("Port %(port)d is taken by another program: stop it, or choose another with --port.")
                    % {"port": one}
                )
        if "RECOLTE_SITE_URL" not in os.environ:
            if host in ("0.0.0.0", "::"):
                raise CommandError(
                    _(
                        "Say under which address the others reach this computer: RECOLTE_SITE_URL=http://192.168.1.20:8000"
                    )
                )
            os.environ["RECOLTE_SITE_URL"] = settings.SITE_URL = f"http://{host}:{port}"
        os.environ.setdefault("RECOLTE_LIVE_URL", f"http://{host}:{port + 1}/live")
        call_command("collectstatic", verbosity=0, interactive=False)
        self.say(_("Récolte is at %(address)s (Ctrl-C stops it).") % {"address": settings.SITE_URL})
        if link_for:
            user = User.objects.filter(email=link_for.lower()).first()
            if not user:
                raise CommandError(_("Nobody here has the address %(email)s.") % {"email": link_for})
            self.say(_("To come in (once, within two hours): %(link)s") % {"link": sign_in_link(user)})
        sys.exit(Supervisor(children(host, port, port + 1)).run())
