"""Every page, in every state it may show: narrow and wide, light and dark, with and without scripts."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import REPOSITORY, House, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (REPOSITORY / "tests/vendor/axe.min.js").read_text()
# The second theme changes colours alone.
FAULTS = """(scheme) => axe.run({exclude: [".turns > li:nth-child(n + 30)"]}, {resultTypes: ["violations"],
    ...(scheme === "dark" ? {runOnly: ["color-contrast"]} : {})}).then((found) => found.violations.map((rule) =>
    `${rule.id}: ${rule.nodes.slice(0, 3).map((node) => node.target.join(" ") + " — " + node.failureSummary).join(" | ")}`))"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll("main *, header *, footer *")]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".hidden, .scroll, .tabs"))
        .slice(0, 5).map((one) => one.outerHTML.slice(0, 120))"""
PAPER = {"light": "rgb(250, 246, 238)", "dark": "rgb(29, 27, 24)"}
PAINTED = "(paper) => getComputedStyle(document.body).backgroundColor === paper"
REACHABLE = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, audio[controls], [tabindex='0']")]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.type !== "hidden" && one.checkVisibility({visibilityProperty: true}))
    .map((one, index) => (one.dataset.reach = index))"""
HERE = """() => { const one = document.activeElement, seen = (it) => {
        const style = it && getComputedStyle(it); return Boolean(style) && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2; };
    return {reach: one.dataset.reach ?? null, name: one.outerHTML.slice(0, 160), seen: seen(one) || seen(one.closest(".things li"))}; }"""

PAGES = [
    "welcome", "sign-in", "invitation", "link-over", "style", "not-found", "home", "home-empty", "home-of-nobody",
    "gatherings", "gathering-empty", "gathering-full", "gathering-unagreed", "gathering-working", "gathering-of-forty",
    "plan", "people", "note", "unreadable", "photo", "listen", "listen-unagreed", "listen-working", "listen-damaged",
    "listen-untimed", "listen-nothing", "listen-long", "desk", "desk-adding", "strike", "corrections", "hear-again", "glossary", "take-away", "interview", "recorders", "codes", "codes-empty", "code", "excerpt", "excerpt-note", "voices",
    "mirror", "mirror-empty", "mirror-cell", "issues", "issue", "persons", "person", "my-words", "personal", "personal-over", "cards",
    "cards-empty", "card", "evidence", "use", "public-site", "public-site-empty", "search", "search-hits", "search-none",
    "programme", "programme-empty", "programme-new", "programme-edit", "programme-dates", "credits", "funding",
    "funding-empty", "funding-edit", "funder", "conventions", "conventions-empty", "convention", "convention-edit",
    "search-programme", "reports", "report-new", "report", "report-edit", "report-edition", "sources", "claims",
    "member", "hand-over", "leave", "circles", "circle", "mandates", "nesting", "definitions", "my-profile", "my-sign-in", "authenticator",
    "letters", "structures", "structure", "structure-new", "relation-new", "structure-merge", "map", "map-near",
    "import-actors", "import-preview", "help", "help-of-a-stage", "map-empty", "visit-change", "call-off", "invited", "photo-journal", "visit-copy",
    "visit-programme", "session", "place", "invitations", "calendars", "participants", "door-sheet", "agenda",
    "agenda-item", "decision", "decisions", "tasks", "status", "stays", "lodging", "stay", "checklist", "digest", "to-collect", "coverage", "deposit-sheet", "guests-deposit",
    "dossiers", "dossier-committee", "dossier-restitution", "reactions", "reaction",
    "hot-questions", "invitation-answer", "door", "hot-answer",
    "calls", "calls-empty", "call", "call-edit", "call-funding", "apply", "application", "application-chosen",
    "application-choice", "my-application", "my-application-chosen", "my-application-complete",
]  # fmt: skip


def faults(one: Visit) -> list[str]:
    """What is wrong with how the page looks and is read, narrow and wide, light and dark."""
    found: list[str] = []
    page = one.page
    one.is_deaf = True  # axe puts styles into the waveform, which the security policy refuses
    if not page.evaluate("() => Boolean(globalThis.axe)"):
        page.evaluate(AXE)
    for width, height, scheme in ((360, 780, "light"), (1440, 900, "light"), (1440, 900, "dark")):
        # Not 360 and dark: colours do not depend on the width, nor widths on the colours
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.wait_for_function(PAINTED, arg=PAPER[scheme])  # the browser repaints when it likes
        wrong = [*page.evaluate(TOO_WIDE), *page.evaluate(FAULTS, scheme)]
        found += [f"{width} {scheme}: {fault}" for fault in wrong]
    return found


def test_the_list_of_pages_is_whole(house: House) -> None:
    assert sorted(house.pages) == sorted(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_is_accessible(name: str, house: House, visit: Callable[..., Visit]) -> None:
    one = visit(house.pages[name][0])
    page = one.to(name)
    if page.locator("voice-player[peaks-url]").count():
        page.locator(".line.drawn").wait_for()
    assert faults(one) == []


@pytest.mark.parametrize("name", ["home", "gathering-full", "gathering-working", "listen", "search-hits"])
def test_a_page_fits_and_is_accessible_in_english(name: str, house: House, visit: Callable[..., Visit]) -> None:
    one = visit(house.pages[name][0], language="en")
    expect(one.to(name).locator("html")).to_have_attribute("lang", "en")
    assert faults(one) == []


def test_the_page_of_the_code_fits_and_is_accessible(visit: Callable[..., Visit], vnu: Path, tmp_path: Path) -> None:
    one = visit("")
    page = one.to("sign-in")
    page.get_by_role("textbox").fill("nadia@example.org")
    page.locator("main form button.main").click()
    page.wait_for_url("**/connexion/code/")
    assert faults(one) == []
    (tmp_path / "code.html").write_text(one.context.request.get(page.url).text())
    assert html_errors(vnu, [tmp_path / "code.html"]) == []


def test_forms_with_mistakes_say_so_beside_them(house: House, visit: Callable[..., Visit]) -> None:
    one = visit()
    page = one.to("plan")
    page.get_by_label("Nom").fill("comité de mars")
    page.locator("#id_starts_on").fill("2021-09-17")
    page.locator("#id_ends_on").fill("2021-09-16")
    page.locator("main form button").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)
    expect(page.locator("main .error")).to_have_count(2)
    assert faults(one) == []


def html_errors(vnu: Path, files: list[Path]) -> list[str]:
    """What is wrong in the HTML, but for the attributes that are htmx's own."""
    command = ["java", "-jar", str(vnu), "--format", "json", "--exit-zero-always", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [
        f"{Path(one.get('url', '')).stem}: {one['message']} {one.get('extract', '')!r}"
        for one in json.loads(done.stderr)["messages"]
        if one["type"] == "error" and not one["message"].startswith("Attribute “hx-")
    ]


def test_the_html_of_every_page_is_valid(house: House, visit: Callable[..., Visit], vnu: Path, tmp_path: Path) -> None:
    visits = {who: visit(who) for who in {who for who, _ in house.pages.values()}}
    files, answers = [], {}
    for name, (who, address) in house.pages.items():
        answer = visits[who].context.request.get(house.url + address)
        answers[name] = answer.status
        files.append(tmp_path / f"{name}.html")
        files[-1].write_bytes(answer.body())
    gone = {"link-over": 410, "not-found": 404, "personal-over": 410}
    assert {name: status for name, status in answers.items() if status != 200} == gone
    assert html_errors(vnu, files) == []


def test_the_colours_one_chose_come_at_once_and_stay(visit: Callable[..., Visit]) -> None:
    page = visit().to("home")
    paper = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.locator(".menu > summary").click()
    page.locator('theme-switch button[value="dark"]').click()
    dark = page.evaluate(paper)
    page.reload()
    assert page.evaluate(paper) == dark != light
    assert page.locator("html").get_attribute("data-theme") == "dark"


@pytest.mark.parametrize(
    "name", ["home", "gathering-full", "gathering-working", "plan", "people", "listen", "search-hits"]
)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    name: str, house: House, visit: Callable[..., Visit]
) -> None:
    page = visit().to(name)
    if name == "listen":
        page.locator(".line.drawn").wait_for()
    page.route("**/*", lambda route: route.abort())  # a page that renews itself would forget where we have been
    wanted = {str(index) for index in page.evaluate(REACHABLE)}
    reached, unseen = set(), []
    for _ in range(len(wanted) + 40):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here["reach"] in reached and len(reached) == len(wanted):
            break
        if here["reach"] is not None:
            reached.add(here["reach"])
            if not here["seen"]:
                unseen.append(here["name"])
    missed = page.evaluate("(missed) => missed.map((n) => document.querySelector(`[data-reach='${n}']`).outerHTML.slice(0, 160))",
                           sorted(wanted - reached))  # fmt: skip
    assert (missed, unseen) == ([], [])


# Without scripts -----------------------------------------------------------------------------------------------------


def test_without_scripts_one_reads_and_listens(visit: Callable[..., Visit]) -> None:
    one = visit(scripts=False)
    page = one.to("listen")
    expect(page.locator(".turns .words").first).to_contain_text("la coopération ne se décrète pas")
    expect(page.locator("audio")).to_have_attribute("controls", "")
    assert page.locator("audio").bounding_box()
    expect(page.locator(".turns .time").nth(1)).to_have_attribute("href", "#t=8.4")
    page = one.to("note")
    expect(page.locator(".reading")).to_contain_text("La cour est pleine de vélos")
    page = one.to("photo")
    assert page.locator("img.photo").bounding_box()
    page = one.to("search")
    page.locator("main input[type=search][name=q]").fill("confiance")
    page.locator("main form button").click()
    expect(page.locator("mark").first).to_have_text("confiance")
    page.locator("header button[name=language]").click()
    expect(page.locator("h1")).to_have_text("Search")


def test_without_scripts_one_brings_and_agrees(visit: Callable[..., Visit], tmp_path: Path) -> None:
    one = visit(scripts=False)
    page = one.to("plan")
    page.get_by_label("Nom").fill("Sans script")
    page.locator("main form button").click()
    note = tmp_path / "notes du soir.md"
    note.write_text("# Le soir\n\nLa lampe à huile, et personne ne part.\n")
    page.locator("#upload-brought").set_input_files(note)
    page.locator("upload-form button").last.click()
    expect(page.locator(".notice.good")).to_contain_text("1")
    expect(page.locator("#brought .title")).to_have_text("notes du soir.md")
    page.locator("#agreement textarea").fill("Tout le monde, à voix haute.")
    page.locator("#agreement button").click()
    expect(page.locator("#agreement")).to_have_count(0)
    for _ in range(40):  # without scripts, one reloads
        page.reload()
        if not page.locator("#brought .job").count():
            break
        page.wait_for_timeout(300)
    page.locator("#brought .title").click()
    expect(page.locator(".reading")).to_contain_text("La lampe à huile")


# The upload form -----------------------------------------------------------------------------------------------------


def test_the_upload_form_goes_by_keyboard_alone(visit: Callable[..., Visit], tmp_path: Path) -> None:
    one = visit()
    one.page.on("filechooser", lambda chooser: None)  # told beforehand, so that no window of the system opens
    page = one.to("plan")
    page.get_by_label("Nom").focus()
    page.keyboard.type("Au clavier")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rencontres/*/")
    files = [tmp_path / "carnet un.md", tmp_path / "carnet deux.md"]
    for number, file in enumerate(files):
        file.write_text(f"# Carnet {number}\n\nOn a parlé de coopération.\n")
    page.locator("#upload-brought").focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(files)
    expect(page.locator(".files .name")).to_have_text(["carnet un.md", "carnet deux.md"])
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Retirer carnet un.md")
    page.keyboard.press("Enter")
    expect(page.locator(".files .name")).to_have_text(["carnet deux.md"])
    expect(page.locator(":focus")).to_have_text("Retirer carnet deux.md")
    page.keyboard.press("Tab")
    page.keyboard.type("Toutes les personnes présentes, à voix haute.")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("name", "language")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Envoyer")
    page.keyboard.press("Enter")
    expect(page.locator("#brought .title")).to_have_text("carnet deux.md")
    expect(page.locator("#brought .job")).to_have_count(0)


def test_an_upload_that_is_refused_says_why_and_one_can_go_on(visit: Callable[..., Visit], tmp_path: Path) -> None:
    page = visit().to("gathering-empty")
    (tmp_path / "vide.wav").write_bytes(b"")
    page.locator("#upload-brought").set_input_files(tmp_path / "vide.wav")
    page.locator("upload-form button.main").click()
    expect(page.locator("[aria-labelledby=refused] .title")).to_have_text("vide.wav")
    expect(page.locator("[aria-labelledby=refused] .facts")).to_contain_text("vide")
