// Everything the pages may need in the browser. Each part looks for its own element and stays quiet without it.

import "./coded.js";
import "./desk.js";
import "./evidence.js";
import "./insert.js";
import "./live.js";
import "./longselect.js";
import "./passkey.js";
import "./player.js";
import "./transcript.js";
import "./upload.js";

// <theme-switch>: light, dark, or as the device. Kept in a cookie, so that the server paints the right page at once.
class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.#choose(button.value);
    });
    this.#show();
  }

  #choose(theme) {
    const root = document.documentElement;
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    document.cookie = `theme=${theme}; path=/; max-age=${theme ? 365 * 86400 : 0}; samesite=lax`;
    document.dispatchEvent(new CustomEvent("theme:change"));
    this.#show();
  }

  #show() {
    const theme = document.documentElement.dataset.theme ?? "";
    for (const button of this.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === theme));
  }
}
customElements.define("theme-switch", ThemeSwitch);

// A menu folds when one presses elsewhere, or Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// “?” opens the help for this page; where there is a player, its own keys, from which the help is one step away.
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog, [contenteditable]:not([contenteditable=false])")) return;
  if (!document.querySelector("voice-player dialog")) document.querySelector("[data-help]")?.click();
});

// In a line that is wider than the screen, the page where one is stands in sight.
for (const here of document.querySelectorAll(".tabs [aria-current], .rail [aria-current]")) {
  const line = here.closest(".tabs, .rail ul");
  if (line && line.scrollWidth > line.clientWidth) line.scrollLeft = here.offsetLeft - line.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
}
