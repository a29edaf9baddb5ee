"""A passkey, from its making to its removal, with an authenticator that Chromium plays (CDP's WebAuthn domain)."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import House, Visit
from tests.browser.test_every_page import faults

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TELEPHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def phone(house: House, chromium: Browser) -> Iterator[Visit]:
    """A passkey is of a name: the house by its name, not by the number of its address."""
    with closing(chromium.new_context(locale="fr-FR")) as context:
        context.set_default_timeout(15_000)
        one = Visit(context, replace(house, url=house.url.replace("127.0.0.1", "localhost")))
        chip = context.new_cdp_session(one.page)
        chip.send("WebAuthn.enable")
        chip.send("WebAuthn.addVirtualAuthenticator", {"options": TELEPHONE})
        yield one
    assert one.problems == []


def test_a_passkey_is_added_signs_in_and_is_removed(phone: Visit, house: House) -> None:
    page, here = phone.page, phone.house.url
    page.goto(house.sign_in_link("driss").replace(house.url, here))
    page.locator("main form button").click()
    page.wait_for_url(f"{here}/")

    page = phone.to("/compte/connexion/cles/nouvelle/")
    page.locator("input[name=name]").fill("Le téléphone de Driss")
    page.locator("passkey-form button").click()
    page.wait_for_url("**/compte/connexion/codes/")
    expect(page.locator(".secret")).to_have_count(10)
    with page.expect_download() as kept:
        page.locator("a[download]").click()
    codes = page.locator(".secret").all_inner_texts()
    assert kept.value.path().read_text().splitlines()[1:] == codes
    assert faults(phone) == []

    page.locator("header form[action*=deconnexion] button").evaluate("(button) => button.click()")
    page.wait_for_url(f"{here}/")
    phone.to("/connexion/?next=/compte/connexion/")
    page.locator("passkey-form button").click()
    page.wait_for_url("**/compte/connexion/")
    expect(page.locator(".things .title")).to_have_text("Le téléphone de Driss")

    page.locator(".things a").click()
    page.wait_for_url("**/compte/confirmer/cle/**")
    page.locator("passkey-form button").click()
    page.wait_for_url("**/retirer/")
    page.locator("main form button").click()
    page.wait_for_url("**/compte/connexion/")
    expect(page.locator(".things")).to_have_count(0)


def test_where_there_can_be_no_passkey_the_page_says_so(house: House, chromium: Browser) -> None:
    """At an address that is a number; and in a browser without scripts."""
    for scripts, said in ((True, "[data-when=SecurityError]"), (False, "noscript")):
        with closing(chromium.new_context(java_script_enabled=scripts)) as context:
            one = Visit(context, house)
            one.page.goto(house.sign_in_link("driss"))
            one.page.locator("main form button").click()
            page = one.to("/compte/connexion/cles/nouvelle/")
            expect(page.locator(said)).to_be_visible()
            expect(page.locator("passkey-form button")).to_be_hidden()
