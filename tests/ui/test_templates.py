"""Templates: an unknown variable is an error, and none lies there unused."""

import ast
import re
from pathlib import Path

import pytest
from django.template import Context, Template, VariableDoesNotExist, engines
from django.template.loader import render_to_string

import recolte

PACKAGE = Path(recolte.__file__).parent
TEMPLATES = {
    str(path.relative_to(folder)): path
    for folder in PACKAGE.rglob("templates")
    for path in folder.rglob("*")
    if path.is_file()
}
# Django, django-allauth and django-template-partials ask for these by a name of their own.
ASKED_BY_OTHERS = {
    "403.html",
    "404.html",
    "429.html",
    "500.html",
    "django/forms/widgets/select_option.html",
    "account/confirm_login_code.html",
    "account/request_login_code.html",
    "account/logout.html",
    "mfa/authenticate.html",
    "mfa/reauthenticate.html",
    "mfa/recovery_codes/generate.html",
    "mfa/recovery_codes/index.html",
    "mfa/totp/activate_form.html",
    "mfa/totp/deactivate_form.html",
    "mfa/webauthn/add_form.html",
    "mfa/webauthn/authenticator_confirm_delete.html",
    "mfa/webauthn/reauthenticate.html",
    *(f"account/email/{name}_{part}.txt" for name in ("login_code", "sign_in_changed", "sign_in_closed") for part in ("subject", "message")),
    *(f"account/messages/{name}.txt" for name in ("logged_in", "logged_out", "login_code_sent")),
    *(f"mfa/messages/{name}.txt" for name in ("totp_activated", "totp_deactivated", "webauthn_added", "webauthn_removed", "recovery_codes_generated")),
}  # fmt: skip


@pytest.mark.parametrize(
    "source",
    [
        "{{ nobody }}",
        "{{ who.nobody }}",
        "{{ nobody|default:'-' }}",
        "{{ who|add:nobody }}",
        "{% load i18n %}{% blocktranslate %}{{ nobody }}{% endblocktranslate %}",
        "{% load i18n %}{% blocktranslate with name=who.nobody %}{{ name }}{% endblocktranslate %}",
        "{% include 'ui/notice.html' with kind='' text=nobody %}",
        "{% include 'ui/notice.html' with kind='' %}",
        "{% load partials %}{% partialdef part inline %}{{ nobody }}{% endpartialdef %}",
    ],
)
def test_an_unknown_variable_is_an_error(source: str) -> None:
    with pytest.raises((AssertionError, VariableDoesNotExist), match="nobody|text"):
        Template(source).render(Context({"who": "Amina"}))


def test_a_known_variable_is_none() -> None:
    template = Template("{{ who }}{{ none|default:'-' }}{% if nobody %}!{% endif %}")
    assert template.render(Context({"who": "Amina", "none": None})) == "Amina-"


def test_a_page_taken_from_a_file_fails_as_well() -> None:
    with pytest.raises(AssertionError, match="unknown variable in a template: text"):
        render_to_string("ui/notice.html", {"kind": "good"})


def test_every_template_is_the_one_that_is_found_under_its_name() -> None:
    """Those of django-allauth bear the same names: ours come first."""
    loaded = {name: engines["django"].get_template(name).origin.name for name in sorted(TEMPLATES)}
    assert loaded == {name: str(path) for name, path in TEMPLATES.items()}


def test_no_template_lies_there_unused() -> None:
    texts = [path.read_text() for path in [*TEMPLATES.values(), *PACKAGE.rglob("*.py")]]
    named = {name for text in texts for name in re.findall(r"""["']([\w/]+\.(?:html|txt))""", text)}
    assert {name for name in TEMPLATES if name not in named | ASKED_BY_OTHERS} == set()
    assert set(TEMPLATES) >= ASKED_BY_OTHERS


TRANSLATING = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "npgettext"}


def test_no_sentence_is_translated_inside_an_f_string() -> None:
    """The program that collects the words to translate does not look in there."""
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for node in ast.walk(text)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TRANSLATING
    ]
    assert found == []
