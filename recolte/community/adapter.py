from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from invitations, never from a sign-up page; what went wrong is said in our words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This is not the code of the letter: copy it again, or ask for another one."),
        "invalid_login": _("This address cannot sign in here: check it, or ask who coordinates for an invitation."),
        "unknown_email": _("Nobody here has this address: check it, or ask who coordinates for an invitation."),
        "too_many_login_attempts": _("Too many tries: wait a few minutes, then ask for a new code."),
        "rate_limited": _("Too many tries: wait a few minutes, then ask for a new code."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
