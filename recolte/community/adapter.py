"""What django-allauth does our way."""

import base64
import hashlib
import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recolte.community.actions import site_address
from recolte.community.models import User
from recolte.ui import qr

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from invitations, never from a sign-up page; what went wrong is said in our words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This is not the code of the letter: copy it again, or ask for another one."),
        "invalid_login": _("This address cannot sign in here: check it, or ask who coordinates for an invitation."),
        "unknown_email": _("Nobody here has this address: check it, or ask who coordinates for an invitation."),
        "too_many_login_attempts": _(
            "Too many tries: wait a few minutes, an hour at the most, then ask for a new code."
        ),
        "rate_limited": _("Too many tries: wait a few minutes, an hour at the most, then ask for a new code."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        messages.error(request, str(self.error_messages["invalid_login"]))
        return redirect("sign_in")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A passkey first, for who has one: the other way is offered beside."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return sorted(methods, key=lambda method: method["id"] != "mfa_reauthenticate:webauthn")

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """One letter for whatever was changed in how somebody signs in."""
        words = {"address": site_address(reverse("my_connection"))}
        try:
            super().send_notification_mail("account/email/sign_in_changed", user, words)
        except OSError:  # the post does not answer: what was changed is changed
            log.warning("The letter that tells of a change in signing in could not be sent.")


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or was used already: wait for the next one, and copy it again."),
        "cannot_generate_recovery_codes": _("There is no second step yet: add one first, recovery codes come with it."),
    }

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """With another key than that of the encrypting, a secret that no code fits: nobody comes in, nothing breaks."""
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return str(generate_totp_secret())

    def build_totp_svg(self, url: str) -> SafeString:
        return qr.svg(url)

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("My passkey") if number == 1 else gettext("My passkey %(number)d") % {"number": number}

    def _get_site_name(self) -> str:
        return "Récolte"


def _fernet() -> Fernet:
    """The key of the house, for another use than signing: secrets of second steps lie encrypted in the database."""
    key = hashlib.sha256(b"recolte.second_step:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
