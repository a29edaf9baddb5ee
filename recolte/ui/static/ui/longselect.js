// A long list to choose from gets a search field before it: typing keeps the options that hold these letters, without
// capitals and accents; Enter takes the first, the arrow goes down into the list. The words come from the <template
// id="long-select"> of the page. Without this file the list is there, whole.

const LONG = 15; // options, from which one searches rather than reads

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function searchable(select, template) {
  const part = template.content.firstElementChild.cloneNode(true);
  const [field, said] = [part.querySelector("input"), part.querySelector("output")];
  const options = [...select.options];
  const folded = options.map((option) => fold(option.text));
  const label = select.labels[0]?.textContent.trim();
  field.setAttribute("aria-label", [field.getAttribute("aria-label"), label].filter(Boolean).join(" – "));

  const found = () => {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    return options.filter((option, index) => option.value && words.every((word) => folded[index].includes(word)));
  };
  const choose = (option) => {
    option.selected = true;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  field.addEventListener("input", () => {
    const chosen = select.selectedOptions[0];
    const hits = found();
    select.replaceChildren(...(field.value ? options.filter((option) => hits.includes(option) || option === chosen || !option.value) : options));
    if (chosen) chosen.selected = true;
    said.textContent = field.value ? (hits.length === 1 ? said.dataset.one : said.dataset.many.replace("%s", hits.length)) : "";
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && field.value) {
      event.preventDefault();
      const [first] = found();
      if (first) choose(first);
      select.focus();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      select.focus();
    }
  });
  select.before(part);
}

const template = document.querySelector("template#long-select");
if (template) {
  for (const select of document.querySelectorAll("main select:not([multiple])")) {
    if (select.options.length > LONG && !select.querySelector("optgroup") && !select.closest("template, voice-player")) searchable(select, template);
  }
}
