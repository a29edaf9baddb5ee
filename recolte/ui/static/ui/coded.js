// <coded-text> around the turns of a transcript or the blocks of a document: who speaks, what was listened to, what is
// corrected, and codes on the words that one selects. What it paints is decoration: the codes stand beside the words as
// links (`.codings`), made by the server.
//
// A piece of the text is an element with `data-at`: where its words (one text node in `.words`) begin in the whole text,
// in code points. A passage is an element of `.codings` with `data-start` and `data-end`. Every form is sent as it is;
// the answer holds the parts of the page that changed, each with its id.

import { clock } from "./player.js";
import { lastNotAbove, offsets } from "./text.js";

const painting = typeof Highlight === "function" && Boolean(globalThis.CSS?.highlights);
const fine = matchMedia("(pointer: fine)");
const ENOUGH = 0.8; // of a turn has to be played before it can be marked as listened to
const JUST_NOW = 10; // seconds
const AT_ONCE = 1.5; // seconds between two looks at a voice that plays on

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const LETTER = /[\p{L}\p{N}\p{M}]/u;

/** A hand that lets go in the middle of a word means the word: [from, to) in UTF-16 units, grown to where its words end. */
function wholeWords(text, from, to) {
  const joins = (at) => at > 0 && at < text.length && LETTER.test(text[at - 1]) && LETTER.test(text[at]);
  while (joins(from)) from -= 1;
  while (joins(to)) to += 1;
  return [from, to];
}

/** One turn or block. `start` and `end` are code points of the whole text. */
class Piece {
  constructor(element) {
    this.element = element;
    this.start = Number(element.dataset.at);
    this.segments = [];
  }

  get node() {
    this.known ??= this.element.querySelector(".words")?.firstChild ?? null;
    return this.known?.nodeType === Node.TEXT_NODE ? this.known : null;
  }

  get offsets() {
    return (this.counted ??= offsets(this.node.data));
  }

  get end() {
    return this.start + (this.node ? this.offsets.point(this.node.length) : 0);
  }

  /** The part of [start, end) that is here, as a range of the page; null when there is none. */
  range(start, end) {
    if (!this.node || start >= this.end || end <= this.start) return null;
    const range = new Range();
    range.setStart(this.node, this.offsets.unit(Math.max(0, start - this.start)));
    range.setEnd(this.node, Math.min(this.node.length, this.offsets.unit(end - this.start)));
    return range.collapsed ? null : range;
  }

  /** The part of a range of the page that lies in these words, as [start, end); null when there is none. */
  cut(range) {
    const { node } = this;
    if (!node || !range.intersectsNode(node)) return null;
    const from = range.startContainer === node ? range.startOffset : range.comparePoint(node, 0) === 0 ? 0 : node.length;
    const to = range.endContainer === node ? range.endOffset : range.comparePoint(node, node.length) === 0 ? node.length : 0;
    if (from >= to) return null;
    const [first, last] = wholeWords(node.data, from, to);
    return [this.start + this.offsets.point(first), this.start + this.offsets.point(last)];
  }
}

class CodedText extends HTMLElement {
  connectedCallback() {
    this.away = new AbortController();
    const on = (target, name, act, options = {}) => target.addEventListener(name, act, { signal: this.away.signal, ...options });
    this.undos = [];
    this.redos = [];
    this.inSight = new Set(); // ids of pieces
    this.stretches = []; // what was played, in the order of playing: [from, to] in seconds
    this.corrected = new Map(); // turns: how many stretches had been played when their words were changed
    for (const form of this.querySelectorAll("form.picker")) this.#picker(form);
    this.#arrangeMarking();
    this.#index();
    on(this, "click", (event) => this.#click(event));
    on(this, "dblclick", (event) => this.#twice(event));
    on(this, "submit", (event) => this.#submit(event));
    on(this, "focusin", (event) => this.#arrive(event.target));
    on(document, "mouseup", (event) => this.#release(event));
    on(document, "selectionchange", () => this.#keepSelection());
    on(document, "keydown", (event) => this.#key(event));
    on(document, "copy", (event) => this.#copy(event));
    on(document, "turn:current", (event) => this.#current(event.detail.element));
    on(document, "voice:time", (event) => this.#follow(event.detail));
    on(document, "htmx:after:swap", () => this.#index());
    on(window, "resize", () => this.#restripe());
    const player = document.querySelector("voice-player");
    if (player) {
      this.sizes = new ResizeObserver(() => document.documentElement.style.setProperty("--player", `${player.offsetHeight}px`));
      this.sizes.observe(player);
    }
    this.#arriveByAddress();
    this.dataset.ready = "";
  }

  disconnectedCallback() {
    this.away?.abort();
    this.sight?.disconnect();
    this.sizes?.disconnect();
    for (const name of this.lights?.keys() ?? []) CSS.highlights.delete(name);
  }

  get audio() {
    return document.querySelector("voice-player[data-ready] audio");
  }

  box(name) {
    return this.querySelector(`dialog[data-use="${name}"]`);
  }

  // The text and its passages ---------------------------------------------------------------------------------------

  #index() {
    this.pieces = Array.from(this.querySelectorAll("[data-at]"), (element) => new Piece(element));
    this.byElement = new Map(this.pieces.map((piece) => [piece.element, piece]));
    for (const item of this.querySelectorAll(".codings > [data-start]")) {
      const start = Number(item.dataset.start);
      const end = Number(item.dataset.end);
      const struck = item.querySelector("a.struck");
      if (struck && this.dataset.struck == null) continue; // its words do not stand there for this reader
      const colours = struck ? ["struck"] : Array.from(item.querySelectorAll("a.code"), (link) => /colour-\d+/.exec(link.className)?.[0] ?? "colour-0");
      for (const piece of this.#among(start, end)) for (const colour of colours) piece.segments.push({ start, end, colour });
    }
    if (this.at && !this.at.isConnected) this.#current(document.getElementById(this.at.id));
    this.#paint();
  }

  /** The pieces that a span may touch. */
  *#among(start, end) {
    const first = Math.max(0, lastNotAbove(this.pieces.length, (index) => this.pieces[index].start, start));
    for (let index = first; index < this.pieces.length && this.pieces[index].start < end; index += 1) yield this.pieces[index];
  }

  /** Only the pieces near the window are painted: thousands of ranges would cost in every frame. */
  #paint() {
    this.sight?.disconnect();
    for (const light of this.lights?.values() ?? []) light.clear();
    this.querySelectorAll(".stripes").forEach((stripes) => stripes.remove());
    this.lights ??= new Map();
    this.sight = new IntersectionObserver((entries) => {
      const come = [];
      for (const { target, isIntersecting } of entries) {
        const piece = this.byElement.get(target);
        if (piece && isIntersecting) come.push(piece);
        else if (piece) this.#hide(piece);
      }
      this.#show(come);
    }, { rootMargin: "50% 0px" });
    const coded = this.pieces.filter((piece) => piece.segments.length);
    this.#show(coded.filter((piece) => this.inSight.has(piece.element.id))); // at once: no frame without its colours
    for (const piece of coded) this.sight.observe(piece.element);
  }

  #light(name) {
    if (!this.lights.has(name)) {
      const light = new Highlight();
      if (name === "chosen") light.priority = 1;
      this.lights.set(name, light);
      CSS.highlights.set(name, light);
    }
    return this.lights.get(name);
  }

  #show(pieces) {
    const anew = pieces.filter((piece) => !piece.shown && painting);
    for (const piece of pieces) this.inSight.add(piece.element.id);
    for (const piece of anew) {
      piece.shown = [];
      for (const { start, end, colour } of piece.segments) {
        const range = piece.range(start, end);
        if (!range) continue;
        const name = colour.replace("colour", "code");
        this.#light(name).add(range);
        piece.shown.push([name, range]);
      }
    }
    // First all that is measured, then all that is added: the page is laid out once
    const stripes = anew.map((piece) => this.#stripes(piece));
    stripes.forEach((made, index) => { if (made) anew[index].element.append(made); });
  }

  #hide(piece) {
    this.inSight.delete(piece.element.id);
    for (const [name, range] of piece.shown ?? []) this.#light(name).delete(range);
    piece.shown = null;
    piece.element.querySelector(".stripes")?.remove();
  }

  /** Where codes overlap, one stripe each in the margin: two colours on the same words cannot be told apart. */
  #stripes(piece) {
    const spans = [...piece.segments].sort((a, b) => a.start - b.start || b.end - a.end);
    const lanes = []; // where the last stripe of each lane ends
    const drawn = [];
    spans.forEach((span, index) => {
      if (!spans.some((other, place) => place !== index && other.start < span.end && span.start < other.end)) return;
      const free = lanes.findIndex((end) => end <= span.start);
      const lane = free < 0 ? lanes.length : free;
      lanes[lane] = span.end;
      drawn.push([span, lane]);
    });
    if (!drawn.length) return null;
    const stripes = document.createElement("span");
    stripes.className = "stripes";
    stripes.setAttribute("aria-hidden", "true");
    const { top } = piece.element.getBoundingClientRect();
    for (const [{ start, end, colour }, lane] of drawn) {
      const box = piece.range(start, end)?.getBoundingClientRect();
      if (!box) continue;
      const stripe = document.createElement("span");
      stripe.className = colour;
      stripe.style.insetBlockStart = `${box.top - top}px`;
      stripe.style.blockSize = `${box.height}px`;
      stripe.style.setProperty("--lane", Math.min(lane, 3));
      stripes.append(stripe);
    }
    return stripes;
  }

  #restripe() {
    clearTimeout(this.resizing);
    this.resizing = setTimeout(() => this.#paint(), 150);
  }

  /** Light the words [start, end) that are being worked on; none without them. */
  #choose(start = 0, end = 0) {
    if (!painting) return;
    const light = this.#light("chosen");
    light.clear();
    for (const piece of end > start ? this.#among(start, end) : []) {
      const range = piece.range(start, end);
      if (range) light.add(range);
    }
  }

  /** What stands at [start, end), as the server knows it. */
  #words(start, end) {
    let words = "";
    let last = null;
    for (const piece of this.#among(start, end)) {
      const range = piece.range(start, end);
      if (!range) continue;
      words += (last == null ? "" : "\n".repeat(piece.start - last)) + range.toString();
      last = piece.end;
    }
    return words;
  }

  #arriveByAddress() {
    const item = location.hash.startsWith("#extrait-") ? document.getElementById(location.hash.slice(1)) : null;
    if (item?.dataset.start) this.#choose(Number(item.dataset.start), Number(item.dataset.end));
  }

  // The current turn or paragraph, with its tools --------------------------------------------------------------------

  #current(element) {
    if (element === this.at && element?.isConnected) return;
    this.at = element?.matches("[data-at]") ? element : null;
    for (const other of this.querySelectorAll("[data-at][aria-current]")) if (other !== this.at) other.removeAttribute("aria-current");
    if (!this.at) return this.tools?.remove();
    this.at.setAttribute("aria-current", "true");
    this.tools ??= this.querySelector('template[data-use="tools"]')?.content.firstElementChild.cloneNode(true);
    if (this.tools?.childElementCount) this.at.append(this.tools);
    this.toggleAttribute("data-tools", Boolean(this.tools?.querySelector('[data-do="listened"]')));
    this.#hear(true);
  }

  #arrive(target) {
    const piece = target.closest?.("[data-at]");
    if (piece && !this.#isPlaying()) this.#current(piece);
  }

  #isPlaying() {
    return Boolean(this.audio && !this.audio.paused);
  }

  #follow({ time, playing }) {
    const last = this.stretches.at(-1);
    if (playing) {
      if (last && time >= last[1] && time - last[1] < AT_ONCE * this.audio.playbackRate) last[1] = time;
      else this.stretches.push([time, time]);
    }
    this.#hear();
  }

  /** What was played since the page was opened — or since the words of this turn were corrected —, in ascending order. */
  #heardSince(element) {
    const since = this.corrected.get(element.dataset.turn);
    if (since === undefined) {
      const { played } = this.audio ?? {};
      return Array.from({ length: played?.length ?? 0 }, (_, index) => [played.start(index), played.end(index)]);
    }
    return this.stretches.slice(since).sort((one, other) => one[0] - other[0]);
  }

  /** How much of a turn was played: 0 … 1. */
  #played(element) {
    const start = Number(element.dataset.start) / 1000;
    const end = Math.max(Number(element.dataset.end) / 1000, start + 0.01);
    let heard = 0;
    let upTo = start;
    for (const [from, to] of this.#heardSince(element)) {
      heard += Math.max(0, Math.min(end, to) - Math.max(upTo, from));
      upTo = Math.max(upTo, to);
    }
    return heard / (end - start);
  }

  /** Other words: they have to be heard anew, from here on. */
  #hearAnew(turn) {
    this.corrected.set(turn, this.stretches.length);
    const now = this.audio?.currentTime ?? 0;
    this.stretches.push([now, now]);
  }

  #canBeMarked(element) {
    return !element.dataset.start || this.#played(element) >= ENOUGH; // without times, nobody can tell
  }

  /** The button says whether the turn can be marked. */
  #hear(anew = false) {
    const button = this.tools?.querySelector('[data-do="listened"]');
    if (!button || !this.at) return;
    const done = Boolean(this.at.querySelector(".heard"));
    const state = done ? "done" : this.#canBeMarked(this.at) ? "ready" : "unheard";
    if (!anew && button.dataset.state === state) return;
    button.dataset.state = state;
    button.setAttribute("aria-disabled", String(state !== "ready"));
    button.lastElementChild.textContent = done ? this.dataset.heard : this.dataset.hear;
    button.title = state === "unheard" ? this.dataset.unheard : "";
    const said = this.querySelector("#said");
    if (state === "ready" && said.textContent === this.dataset.unheard) this.#say(""); // it was listened to meanwhile
  }

  /** Mark the current turn, and those just before it that were heard in the same go; then go on. */
  async #listened() {
    if (!this.dataset.listened || !this.at) return;
    const heard = [];
    const isHeard = (element) => element && !element.querySelector(".heard") && this.#canBeMarked(element);
    let element = isHeard(this.at) ? this.at : this.at.previousElementSibling;
    for (; isHeard(element) && element.dataset.turn; element = element.previousElementSibling) heard.push(element);
    if (!heard.length) {
      if (!this.at.querySelector(".heard")) this.#say(this.dataset.unheard);
      else this.#step(1);
      return;
    }
    const isCurrent = heard[0] === this.at;
    const sent = this.#post(this.dataset.listened, heard.map(({ dataset }) => ["turns", dataset.turn]));
    if (isCurrent && !this.#isPlaying()) this.#step(1);
    await sent;
  }

  #step(by) {
    const place = this.pieces.findIndex((piece) => piece.element === this.at);
    const next = this.pieces[place + by]?.element ?? (place < 0 ? this.pieces[0]?.element : null);
    if (!next) return;
    if (next.dataset.start && this.audio) document.querySelector("voice-player").seek(Number(next.dataset.start) / 1000);
    this.#current(next);
    next.scrollIntoView({ block: "nearest" });
  }

  // Pressing, selecting, typing --------------------------------------------------------------------------------------

  #click(event) {
    if (event.button || event.ctrlKey || event.metaKey) return;
    const pressed = event.target.closest("[data-do]");
    const piece = event.target.closest("[data-at]");
    const who = this.box("who");
    if (pressed && this.contains(pressed) && this.#do(pressed.dataset.do, pressed, event)) return event.preventDefault();
    if (event.target.closest(".voices a[data-speaker]") && who) {
      event.preventDefault();
      return this.#askVoice(event.target.closest("a"));
    }
    const link = event.target.closest(".codings a[data-coding]");
    if (link && this.box("coding")) {
      event.preventDefault();
      return this.#openCoding(link);
    }
    const mark = event.target.closest("a.code-mark");
    if (mark && this.box("code")) {
      event.preventDefault();
      return this.#openCode({ url: mark.href, quote: mark.closest("li").querySelector(".note").textContent, by: mark });
    }
    if (event.target.closest("a.do")) {
      event.preventDefault();
      this.#current(piece);
      return this.tools?.querySelector("button")?.focus();
    }
    if (!piece || event.target.closest("button, input, textarea, select, dialog, form")) return;
    if (who?.open && piece !== this.last) return this.#reach(piece);
    if (event.shiftKey && who && getSelection().isCollapsed) return this.#reach(piece, true);
    if (!event.target.closest("a")) this.#current(piece);
  }

  /** What a button, or a key, does; true when it did something. */
  #do(name, pressed = null, event = null) {
    const has = (word) => Boolean(this.tools?.querySelector(`[data-do="${word}"]`));
    switch (name) {
      case "close": this.#close(pressed.closest("dialog")); return true;
      case "leave": this.#leave(); return true;
      case "mark": this.#mark(); return true;
      case "last": this.#markBetween(this.audio.currentTime - JUST_NOW, this.audio.currentTime); return true;
      case "listened": if (has(name)) this.#listened(); return has(name);
      case "who": if (has(name) && this.at) this.#ask(pressed); return has(name) && Boolean(this.at);
      case "correct": if (has(name) && this.at) this.#correct(); return has(name) && Boolean(this.at);
      case "code": return this.#code(pressed);
      default: return false;
    }
  }

  #twice(event) {
    const piece = event.target.closest(".words") && event.target.closest("[data-at]");
    if (!piece || event.target.closest("textarea")) return;
    if (!this.box("who")) return void this.#code();
    getSelection().removeAllRanges();
    this.#current(piece);
    this.#correct();
  }

  #selected() {
    const selection = getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    if (!this.contains(range.startContainer) && !this.contains(range.endContainer)) return null;
    const spans = this.pieces.map((piece) => piece.cut(range)).filter(Boolean);
    if (!spans.length) return null;
    const box = range.getBoundingClientRect();
    return { start: spans[0][0], end: spans.at(-1)[1], box };
  }

  /** A finger that goes to a button takes the selection away: the last one is kept. */
  #keepSelection() {
    const selected = this.#selected();
    if (selected) this.kept = selected;
    else if (document.activeElement === document.body) this.kept = null;
  }

  #release(event) {
    if (event.button || event.detail > 1 || !fine.matches || !this.dataset.code) return;
    if (event.target.closest?.("dialog, .tools, voice-player, button, textarea, input")) return;
    setTimeout(() => { // a click takes an old selection away only after this event
      const selected = this.#selected();
      if (selected) this.#openCode(selected);
    });
  }

  #key(event) {
    const at = event.target instanceof Element ? event.target : document.body;
    const box = at.closest("dialog.box");
    if (event.key === "Escape") {
      const open = box ?? this.querySelector("dialog.box[open]");
      if (open) this.#close(open);
      else if (at.closest(".correction")) this.#leave();
      else this.#forget();
      return;
    }
    const isExtending = event.shiftKey && /^Arrow(Up|Down)$/.test(event.key) && this.at && this.box("who");
    if (isExtending && this.box("who").open) {
      event.preventDefault();
      return this.#extend(event.key === "ArrowDown" ? 1 : -1);
    }
    if (at.closest(".correction") && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return at.closest("form").requestSubmit();
    }
    if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
    if (at.closest("input:not([type=range]), textarea, select")) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      return event.shiftKey ? this.#redo() : this.#undo();
    }
    if (event.ctrlKey || event.metaKey) return;
    const isPressable = at.closest("a[href], button, summary, [role=button]");
    if (isExtending) {
      event.preventDefault();
      return this.#extend(event.key === "ArrowDown" ? 1 : -1);
    }
    const names = { v: "listened", Enter: "listened", w: "who", e: "correct", c: "code", m: "mark" };
    if (event.key === "n" || event.key === "p") this.#step(event.key === "n" ? 1 : -1);
    else if (event.key === "Enter" && isPressable) return;
    else if (event.key === "m" && !this.box("mark")) return;
    else if (!names[event.key] || !this.#do(names[event.key])) return;
    event.preventDefault();
  }

  /** In the box, what one copies are the words that were selected. */
  #copy(event) {
    const box = this.box("code");
    const field = document.activeElement;
    if (!box?.open || !box.contains(field) || field.selectionStart !== field.selectionEnd) return;
    event.clipboardData.setData("text/plain", box.querySelector('[name="quote"]').value);
    event.preventDefault();
  }

  // Boxes: they float beside what they are about, and leave the page usable -------------------------------------------

  #open(box, place, by = null) {
    for (const other of this.querySelectorAll("dialog.box[open]")) if (other !== box) this.#close(other, false);
    this.opener = by ?? document.activeElement;
    if (!box.open) box.show();
    const free = innerHeight - (document.querySelector("voice-player")?.offsetHeight ?? 0);
    const { width, height } = box.getBoundingClientRect();
    const left = Math.max(8, Math.min(place.left, innerWidth - width - 16));
    const under = place.bottom + 8;
    const top = under + height < free ? under : Math.max(8, Math.min(place.top - height - 8, free - height - 8));
    box.style.setProperty("--left", `${left}px`);
    box.style.setProperty("--top", `${top}px`);
    (box.querySelector('[data-do="filter"]') ?? box.querySelector(".actions a, input:not([type=hidden])"))?.focus({ preventScroll: true });
  }

  #close(box, back = true) {
    if (!box) return;
    box.close();
    this.#choose();
    this.#forget();
    if (!back) return;
    if (this.opener?.isConnected && this.opener !== document.body) this.opener.focus({ preventScroll: true });
    else document.activeElement?.blur();
  }

  /** A form in which one chooses from a list by typing a few letters; Enter takes the first. */
  #picker(form) {
    const filter = form.querySelector('[data-do="filter"]');
    const more = form.querySelector("details.new");
    const list = () => form.querySelector(".choices");
    form.addEventListener("input", (event) => {
      if (event.target !== filter) return;
      const wanted = fold(filter.value.trim());
      let exact = null;
      for (const item of list().children) {
        const name = fold(item.textContent.trim());
        item.hidden = !name.includes(wanted);
        if (name === wanted) exact = item;
      }
      if (exact) list().prepend(exact);
      more.open = Boolean(wanted) && !exact && !list().querySelector("li:not([hidden])");
    });
    filter.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.ctrlKey || event.isComposing) return;
      event.preventDefault();
      const first = list().querySelector("li:not([hidden]) button");
      if (first) return first.click();
      more.open = true;
      more.querySelector("input").focus();
    });
  }

  #reset(form) {
    form.querySelector('[data-do="filter"]').value = "";
    for (const item of form.querySelectorAll(".choices > li")) item.hidden = false;
    form.querySelector("details.new").open = !form.querySelector(".choices > li");
  }

  // Codes -----------------------------------------------------------------------------------------------------------

  #code(by) {
    if (!this.dataset.code || !this.box("code")) return false;
    const selected = this.#selected() ?? (by ? this.kept : null);
    const piece = this.byElement.get(this.at);
    if (!selected && !piece) return false;
    const box = piece?.element.querySelector(".words").getBoundingClientRect();
    this.#openCode(selected ?? { start: piece.start, end: piece.end, box, by });
    return true;
  }

  #openCode({ start = null, end = null, quote = null, url = this.dataset.code, box = null, by = null }) {
    const dialog = this.box("code");
    const form = dialog.querySelector("form");
    this.#reset(form);
    form.action = url;
    const words = quote ?? this.#words(start, end);
    form.elements.start.value = start ?? "";
    form.elements.end.value = end ?? "";
    form.elements.quote.value = words;
    dialog.querySelector('[data-show="quote"]').textContent = `« ${words.length > 120 ? `${words.slice(0, 118)}…` : words} »`;
    const strike = dialog.querySelector('[data-do="strike"]');
    if (strike) {
      strike.hidden = start == null; // seconds marked by ear are struck from the page of their passage
      strike.search = `?de=${start}&a=${end}`;
    }
    this.#open(dialog, box ?? by.getBoundingClientRect(), by);
    if (start != null) this.#choose(start, end);
    this.kept = null;
  }

  /** Show the code before the server has answered. */
  #anticipate(form, button) {
    const start = Number(form.elements.start.value);
    const end = Number(form.elements.end.value);
    const [piece] = form.elements.end.value ? this.#among(start, end) : [];
    if (!piece) return null;
    const item = document.createElement("li");
    item.className = "sending";
    item.dataset.start = start;
    item.dataset.end = end;
    const name = document.createElement("a");
    name.className = button?.classList.contains("code") ? button.className : "code colour-0";
    name.textContent = button?.classList.contains("code") ? button.textContent : form.elements.name.value;
    item.append(name);
    let list = piece.element.querySelector(".codings");
    if (!list) {
      list = document.createElement("ul");
      list.className = "codings";
      piece.element.querySelector(".words").after(list);
    }
    list.append(item);
    this.inSight.add(piece.element.id);
    this.#index();
    return item;
  }

  #openCoding(link) {
    const box = this.box("coding");
    const item = link.closest("[data-start]");
    const shown = box.querySelector('[data-show="code"]');
    shown.className = link.className;
    shown.textContent = link.textContent;
    box.querySelector('[data-do="excerpt"]').href = link.href;
    const form = box.querySelector("form");
    this.pattern ??= form.getAttribute("action");
    form.action = this.pattern.replace(this.dataset.none, link.dataset.coding);
    form.hidden = this.dataset.team == null && link.dataset.by !== this.dataset.me;
    this.#open(box, link.getBoundingClientRect(), link);
    if (item) this.#choose(Number(item.dataset.start), Number(item.dataset.end));
  }

  #undo() {
    const form = this.undos.pop();
    if (form) this.#send(form, null, "undo");
  }

  #redo() {
    const form = this.redos.pop();
    if (form) this.#send(form, null, "redo");
  }

  // Who speaks --------------------------------------------------------------------------------------------------------

  #ask(by = null) {
    this.first ??= this.at;
    this.last ??= this.first;
    this.#askFor({ by, place: this.last.querySelector(".words").getBoundingClientRect() });
  }

  #askVoice(link) {
    this.#forget();
    this.#askFor({ speaker: link.dataset.speaker, label: link.dataset.label, by: link, place: link.getBoundingClientRect() });
  }

  #askFor({ speaker = "", label = "", by, place }) {
    const box = this.box("who");
    const form = box.querySelector("form");
    if (!box.open) this.#reset(form);
    form.elements.speaker.value = speaker;
    this.label = label;
    this.#range();
    this.#open(box, place, by);
  }

  /** Show from which turn to which, and write it into the form. */
  #range() {
    const box = this.box("who");
    const { first, last, speaker } = box.querySelector("form").elements;
    const places = [this.first, this.last].map((element) => this.pieces.findIndex((piece) => piece.element === element));
    const [low, high] = [Math.min(...places), Math.max(...places)];
    this.pieces.forEach(({ element }, index) => element.toggleAttribute("data-chosen", low >= 0 && index >= low && index <= high));
    first.value = this.pieces[low]?.element.dataset.turn ?? "";
    last.value = this.pieces[high]?.element.dataset.turn ?? "";
    const words = speaker.value ? [this.dataset.everywhere, this.label] : low === high ? [this.dataset.turn, low + 1] : [this.dataset.turns, low + 1, high + 1];
    box.querySelector('[data-show="range"]').textContent = words.slice(1).reduce((text, word) => text.replace("%s", word), words[0]);
  }

  /** Go on up to `piece`. */
  #reach(piece, opening = false) {
    this.first ??= this.at ?? piece;
    this.last = piece;
    this.box("who").querySelector("form").elements.speaker.value = "";
    this.#range();
    if (opening) this.#ask(piece);
  }

  #extend(by) {
    this.first ??= this.at;
    const place = this.pieces.findIndex(({ element }) => element === (this.last ?? this.first));
    const next = this.pieces[place + by]?.element;
    if (next) this.#reach(next);
    next?.scrollIntoView({ block: "nearest" });
  }

  #forget() {
    this.first = this.last = null;
    for (const element of this.querySelectorAll("[data-chosen]")) element.removeAttribute("data-chosen");
  }

  // Correcting --------------------------------------------------------------------------------------------------------

  async #correct() {
    const piece = this.at;
    const link = piece.querySelector("a.do");
    if (!link || piece.querySelector(".correction")) return;
    this.#leave(false);
    try {
      const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const template = document.createElement("template");
      template.innerHTML = await answer.text();
      piece.querySelector(".words").hidden = true;
      piece.querySelector(".words").after(template.content);
      const field = piece.querySelector(".correction textarea");
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
    } catch {
      this.#say(this.dataset.failed, true);
    }
  }

  #leave(back = true) {
    const form = this.querySelector(".correction");
    if (!form) return;
    const piece = form.closest("[data-at]");
    form.remove();
    piece.querySelector(".words").hidden = false;
    if (back) piece.querySelector("a.do")?.focus({ preventScroll: true });
  }

  // Seconds marked by ear -----------------------------------------------------------------------------------------------

  #arrangeMarking() {
    const box = this.box("mark");
    if (!box || !document.querySelector("voice-player")) return;
    const plain = this.querySelector("details.marking");
    box.append(plain.querySelector("form"));
    plain.remove();
    this.querySelector('[data-show="mark"]').hidden = false;
  }

  #mark() {
    const button = this.querySelector('[data-do="mark"]');
    const now = this.audio?.currentTime ?? 0;
    if (this.begun == null) {
      this.begun = now;
      button.setAttribute("aria-pressed", "true");
      this.#say(this.dataset.begun.replace("%s", clock(now)));
    } else {
      const isBehind = now - this.begun < 1;
      this.#markBetween(isBehind ? now - JUST_NOW : this.begun, now);
    }
  }

  #markBetween(start, end) {
    const box = this.box("mark");
    const form = box.querySelector("form");
    const button = this.querySelector('[data-do="mark"]');
    this.begun = null;
    button.setAttribute("aria-pressed", "false");
    this.#say("");
    form.elements.start.value = moment(Math.max(0, start));
    form.elements.end.value = moment(Math.max(end, 1));
    form.elements.note.value = "";
    this.#open(box, { left: innerWidth / 2 - 200, top: innerHeight / 2, bottom: innerHeight / 4 });
    form.elements.note.focus();
  }

  // Sending -------------------------------------------------------------------------------------------------------------

  #submit(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    event.preventDefault();
    if (form.matches(".undo")) return this.saidUndo === "undo" ? this.#redo() : this.#undo();
    const box = form.closest("dialog.box");
    const codes = box?.dataset.use === "code";
    const item = codes ? this.#anticipate(form, event.submitter) : null;
    const data = new FormData(form, event.submitter);
    const turn = form.matches(".correction") ? form.closest("[data-turn]")?.dataset.turn : null;
    if (box) this.#close(box);
    this.#send(form, data).then((ok) => {
      if (ok && turn) this.#hearAnew(turn);
      if (!ok && item) {
        item.remove();
        this.#index();
      }
    });
    if (codes) getSelection().removeAllRanges();
  }

  #post(url, fields) {
    const form = document.createElement("form");
    form.action = url;
    const data = new FormData();
    for (const [name, value] of fields) data.append(name, value);
    data.append("csrfmiddlewaretoken", this.querySelector('[name="csrfmiddlewaretoken"]').value);
    return this.#send(form, data);
  }

  /** Send a form; put the parts that come back in the places of those with the same ids. `way`: "do", "undo", "redo". */
  async #send(form, data = null, way = "do") {
    try {
      const answer = await fetch(form.action, { method: "POST", body: data ?? new FormData(form), headers: { "HX-Request": "true" } });
      const text = answer.redirected ? "" : await answer.text();
      if (!text || /^\s*<!doctype/i.test(text)) throw new Error(answer.statusText);
      this.#swap(text);
      if (answer.ok) this.#remember(way);
      return answer.ok;
    } catch {
      this.#say(this.dataset.failed, true);
      return false;
    }
  }

  #swap(text) {
    const template = document.createElement("template");
    template.innerHTML = text;
    const held = document.activeElement?.closest?.("[data-at]")?.id;
    for (const part of Array.from(template.content.children)) {
      const old = document.getElementById(part.id);
      if (!old) continue;
      if (part.getAttribute("role") === "status") old.replaceChildren(...part.childNodes); // so that it is read aloud
      else old.replaceWith(part);
      globalThis.htmx?.process(part);
    }
    this.#index();
    const lost = held && document.activeElement === document.body && document.getElementById(held);
    if (lost) lost.querySelector("a.do")?.focus({ preventScroll: true });
    this.querySelector(".correction textarea")?.focus();
  }

  #remember(way) {
    const form = this.querySelector("#said form.undo")?.cloneNode(true);
    this.saidUndo = way;
    if (!form) return;
    if (way === "undo") this.redos.push(form);
    else this.undos.push(form);
    if (way === "do") this.redos = [];
  }

  #say(words, isProblem = false) {
    const said = this.querySelector("#said");
    said.replaceChildren();
    if (!words) return;
    const line = document.createElement("div");
    line.className = isProblem ? "line problem" : "line";
    line.textContent = words;
    said.append(line);
  }
}

function moment(seconds) {
  const tenth = Math.floor((seconds % 1) * 10);
  return tenth ? `${clock(seconds)}.${tenth}` : clock(seconds);
}

customElements.define("coded-text", CodedText);
