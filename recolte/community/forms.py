from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context, ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from recolte.community.adapter import AccountAdapter
from recolte.community.models import Role
from recolte.community.signing_in import one_try, refusal
from recolte.community.tries import of_address, of_second_step


class SignInForm(RequestLoginCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].widget.attrs.pop("placeholder", None)

    def clean_email(self) -> str:
        email = str(super().clean_email())
        tries = of_address(email)
        if until := tries.closed_until():
            raise refusal(tries, until)
        return email


class CodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs.pop("placeholder", None)

    def clean_code(self) -> str:
        """Wrong codes count for the address that they were sent to, and for the connection that they come from."""
        stage = context.request._login_stage
        with one_try(of_address(stage.state["email"]), stage.login.user):
            if not ratelimit.consume(context.request, action="login_failed", dry_run=True):
                raise AccountAdapter().validation_error("rate_limited")
            try:
                return str(super().clean_code())
            except ValidationError:
                ratelimit.consume(context.request, action="login_failed")
                raise


class CountedCode(forms.Form):
    """Wrong codes at somebody's second step are counted; a right one is right once, as long as it could be given."""

    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs.pop("placeholder", None)
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean_code(self) -> str:
        with one_try(of_second_step(self.user), self.user):
            code = str(super().clean_code())  # type: ignore[misc]
            shown = salted_hmac("recolte.second_step.used", f"{self.user.pk} {normalize_user_code(code)}").hexdigest()
            if not cache.add(f"used:{shown}", True, (2 * settings.MFA_TOTP_TOLERANCE + 1) * 30):
                raise get_adapter().validation_error("incorrect_code")
            return code


class SecondStepForm(CountedCode, AuthenticateForm):  # type: ignore[misc]
    pass


class ConfirmForm(CountedCode, ReauthenticateForm):  # type: ignore[misc]
    pass


class AuthenticatorForm(ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("The code that it shows now")
        self.fields["code"].widget.attrs.pop("placeholder", None)

    def clean_code(self) -> str:
        code = str(super().clean_code())
        _just_shown(self.user, "totp")
        return code


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey here always signs in by itself: it knows its owner, and asks them for a finger, a face or a PIN."""

    passwordless = None
    name = forms.CharField(
        label=_("Its name"),
        max_length=60,
        required=False,
        help_text=_("So that you know which one it is: “My telephone”…"),
    )

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        cleaned: dict[str, Any] = super().clean()
        if "credential" in cleaned:
            _just_shown(self.user, "webauthn")
        return cleaned


def _just_shown(user: Any, type: str) -> None:
    """Whoever has just shown their new second step need not show it again to read the recovery codes that come with it."""
    record_authentication(context.request, user, "mfa", type=type, reauthenticated=True)


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=Role, initial=Role.PRACTITIONER)


class AcceptForm(forms.Form):
    name = forms.CharField(label=_("Your name, as the others will see it"), max_length=120)
