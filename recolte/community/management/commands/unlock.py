from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recolte.community.models import User
from recolte.community.signing_in import forget_second_step, open_again
from recolte.ui.command import Command as RecolteCommand
from recolte.ui.command import CommandError, CommandParser


class Command(RecolteCommand):
    words = gettext_lazy("Let somebody try again to sign in, after too many wrong codes.")
    example = "unlock amina@example.org"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help=_("the e-mail address of the person's account"))
        parser.add_argument(
            "--second-step",
            action="store_true",
            help=_("also take away their passkeys, authenticator and recovery codes, when all of them are lost"),
        )

    def handle(self, *args: Any, email: str, second_step: bool, **options: Any) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        if not user:
            raise CommandError(_("Nobody here has the address %(email)s.") % {"email": email})
        open_again(user, by=None)
        self.say(_("%(name)s can sign in again.") % {"name": user})
        if second_step:
            number = forget_second_step(user, by=None)
            words = ngettext(
                "%(n)d thing of the second step was taken away: the code by e-mail is enough.",
                "%(n)d things of the second step were taken away: the code by e-mail is enough.",
                number,
            )
            self.say(words % {"n": number})
