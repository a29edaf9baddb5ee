// <upload-form> around a plain multipart form: put files down, see them, see them go, stop. The form is the one the page
// came with (templates/ui/upload.html); without this file it is sent as it stands.

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];
const language = document.documentElement.lang || undefined;

function size(bytes) {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return new Intl.NumberFormat(language, { style: "unit", unit: UNITS[step], unitDisplay: "short", maximumFractionDigits: step > 1 ? 1 : 0 }).format(bytes / 1000 ** step);
}

function span(seconds) {
  const minutes = seconds >= 90;
  return new Intl.NumberFormat(language, { style: "unit", unit: minutes ? "minute" : "second", unitDisplay: "short", maximumFractionDigits: 0 }).format(Math.max(1, minutes ? seconds / 60 : seconds));
}

class UploadForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.input = this.form?.querySelector("input[type=file]");
    this.drop = this.querySelector(".drop");
    if (!this.input || this.ready) return;
    this.ready = true;
    this.input.addEventListener("change", () => this.#choose([...this.input.files]));
    this.form.addEventListener("submit", (event) => this.#send(event));
    this.querySelector('[data-do="cancel"]').addEventListener("click", () => this.request?.abort());
    this.querySelector(".files").addEventListener("click", (event) => this.#remove(event));
    for (const name of ["dragenter", "dragover"]) this.drop.addEventListener(name, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      this.drop.classList.add("over");
    });
    for (const name of ["dragleave", "drop"]) this.drop.addEventListener(name, (event) => {
      if (name === "dragleave" && this.drop.contains(event.relatedTarget)) return;
      this.drop.classList.remove("over");
    });
    this.drop.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.#choose([...event.dataTransfer.files]);
    });
    addEventListener("beforeunload", (event) => { if (this.request) event.preventDefault(); });
    if (this.input.files.length) this.#choose([...this.input.files]);
  }

  get files() {
    return this.chosen ?? [];
  }

  /** Files add up: choosing twice keeps the first ones. The input itself always holds what would be sent. */
  #choose(added) {
    const seen = new Set();
    const all = [...this.files, ...added].filter((file) => {
      const key = `${file.name}/${file.size}/${file.lastModified}`;
      return !seen.has(key) && seen.add(key);
    });
    this.#keep(this.input.multiple ? all : all.slice(-1));
  }

  #keep(files) {
    this.chosen = files;
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    this.input.files = transfer.files;
    const list = this.querySelector(".files");
    const template = this.querySelector('template[data-use="file"]');
    list.hidden = !files.length;
    list.replaceChildren(...files.map((file) => {
      const row = template.content.cloneNode(true);
      row.querySelector(".name").textContent = file.name;
      row.querySelector(".size").textContent = size(file.size);
      row.querySelector("button").append(Object.assign(document.createElement("span"), { className: "hidden", textContent: ` ${file.name}` }));
      return row;
    }));
  }

  #remove(event) {
    const button = event.target.closest('[data-do="remove"]');
    if (!button) return;
    const index = [...this.querySelectorAll(".files > li")].indexOf(button.closest("li"));
    this.#keep(this.files.filter((_, place) => place !== index));
    const rows = this.querySelectorAll('.files [data-do="remove"]');
    (rows[Math.min(index, rows.length - 1)] ?? this.input).focus();
  }

  #send(event) {
    event.preventDefault();
    if (this.request) return;
    const form = this.form;
    const request = (this.request = new XMLHttpRequest());
    const panel = this.querySelector(".progress");
    const bar = panel.querySelector("progress");
    const words = panel.querySelector("[data-words]");
    const rest = panel.querySelector('[data-show="rest"]');
    const problem = this.querySelector('[data-show="problem"]');
    const began = performance.now();
    const end = (failed) => {
      this.request = null;
      panel.hidden = true;
      form.querySelectorAll(".actions button").forEach((button) => { button.disabled = false; });
      problem.hidden = !failed;
      if (failed) problem.textContent = problem.dataset.words;
    };
    problem.hidden = true;
    panel.hidden = false;
    words.textContent = words.dataset.words;
    bar.value = 0;
    rest.textContent = "";
    const body = new FormData(form, event.submitter ?? undefined);
    form.querySelectorAll(".actions button").forEach((button) => { button.disabled = true; });
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      if (!total) return;
      const passed = (performance.now() - began) / 1000;
      bar.value = (100 * loaded) / total;
      rest.textContent = `${size(loaded)} / ${size(total)}`;
      if (passed > 2 && loaded < total) rest.textContent += ` · ${span((passed * (total - loaded)) / loaded)}`;
    });
    request.upload.addEventListener("load", () => {
      words.textContent = words.dataset.done;
      bar.removeAttribute("value");
    });
    request.addEventListener("error", () => end(true));
    request.addEventListener("timeout", () => end(true));
    request.addEventListener("abort", () => end(false));
    request.addEventListener("load", () => {
      const answered = request.responseURL.split("#")[0];
      const asked = new URL(form.getAttribute("action") || location.href, location.href).href.split("#")[0];
      if (request.status < 400 && answered !== asked) {
        this.request = null;
        location.assign(request.responseURL);
      } else if (request.status < 500 && request.status !== 413 && this.#showAnswer(request)) {
        this.request = null;
      } else end(true);
    });
    request.open("POST", form.getAttribute("action") || location.href);
    request.send(body);
  }

  /** The server answered with the page itself: something in the form is to be mended, and it says what, in place. */
  #showAnswer(request) {
    const main = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
    if (!main) return false;
    const here = document.querySelector("main");
    here.replaceWith(document.adoptNode(main));
    globalThis.htmx?.process(main);
    const wrong = main.querySelector('[aria-invalid="true"]');
    const again = [...main.querySelectorAll("upload-form")].find((form) => form.input?.name === this.input.name);
    if (wrong && wrong !== again?.input) again?.#choose(this.files); // what was chosen stays chosen
    (wrong ?? main.querySelector(".notice") ?? main).scrollIntoView({ block: "center" });
    wrong?.focus();
    return true;
  }
}

customElements.define("upload-form", UploadForm);
