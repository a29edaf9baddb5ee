from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.community.actions import sign_in_link
from recolte.community.models import User
from recolte.ui.command import Command as RecolteCommand
from recolte.ui.command import CommandError, CommandParser


class Command(RecolteCommand):
    words = gettext_lazy("Print a link that signs one person in, once, within two hours.")
    example = "signin amina@example.org"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help=_("the e-mail address of the person's account"))

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if not user:
            raise CommandError(_("Nobody here has the address %(email)s.") % {"email": email})
        self.say(sign_in_link(user))
