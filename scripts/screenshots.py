"""Pictures of the demo for the README: `python scripts/screenshots.py URL LINK OUT` (LINK: what `recolte serve` prints).

It opens the gathering that has most in it, and its longest recording at a spoken word. French, light.
"""

import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

PROGRAM = next(found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name)))
COUNT = "(links) => links.map((link) => Number(link.closest('li').innerText.match(/(\\d+) élément/)?.[1] ?? 0))"
LENGTH = """(rows) => rows.map((row) => (row.querySelector(".time")?.textContent ?? "0:00").split(":")
    .reduce((all, part) => 60 * all + Number(part), 0))"""


def largest(page: Page, selector: str, measure: str) -> int:
    sizes: list[float] = page.locator(selector).evaluate_all(measure)
    return sizes.index(max(sizes))


def save(page: Page, to: Path) -> None:
    """A picture with few colours: light, and readable everywhere that a README is."""
    page.screenshot(path=to)
    with Image.open(to) as picture:
        picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(to, optimize=True)


def main(url: str, link: str, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(locale="fr-FR", color_scheme="light", reduced_motion="reduce")
        context.add_cookies([{"name": "language", "value": "fr", "url": url}])
        page = context.new_page()
        page.goto(link)
        page.locator("main form button").click()
        page.wait_for_url(f"{url.rstrip('/')}/")

        page.goto(f"{url.rstrip('/')}/rencontres/")
        page.locator(".things a.title").nth(largest(page, ".things a.title", COUNT)).click()
        page.locator("#brought").wait_for()
        page.set_viewport_size({"width": 360, "height": 780})
        save(page, out / "rencontre.png")

        page.set_viewport_size({"width": 1440, "height": 860})
        page.locator("#brought .things li a.title").nth(largest(page, "#brought .things li", LENGTH)).click()
        page.locator("spoken-text[data-ready]").wait_for()
        page.locator(".line.drawn").wait_for()
        page.evaluate("() => document.querySelector('voice-player').seek(9)")
        page.wait_for_timeout(800)
        save(page, out / "ecoute.png")
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
