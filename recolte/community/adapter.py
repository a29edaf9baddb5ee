from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from invitations, never from a sign-up page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
