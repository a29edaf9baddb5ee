// <spoken-text words-url="…" doubtful="0.7"> around <ol class="turns">: the word being said is painted, doubtful words are
// underlined, a click on a word brings the voice there. One text node a turn and the CSS Custom Highlight API: nothing
// is wrapped, so eighteen thousand words stay as light as plain text.
//
// The words come as {"turns": [[start, length, start_ms, duration_ms, probability_percent, …], …]}: one flat list a turn,
// in the order of the page, start and length in code points. A turn that is replaced later keeps its list. "turn:current"
// {element} says which turn the voice has come to.

import { placeIn } from "./player.js";
import { lastNotAbove, offsets } from "./text.js";

const SIZE = 5;
const painting = typeof Highlight === "function" && Boolean(globalThis.CSS?.highlights);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const nameOf = (element) => element.dataset.turn ?? element.id;
let isOpened = false; // the address asks for its second once, not whenever the turns are renewed

/** One turn of speech on the page. Its text and offsets are looked up only when somebody needs them. */
class Turn {
  constructor(element, words) {
    this.element = element;
    this.start = element.dataset.start ? Number(element.dataset.start) : null;
    this.words = words ?? [];
  }

  get count() {
    return Math.floor(this.words.length / SIZE);
  }

  get text() {
    this.node ??= this.element.querySelector(".words")?.firstChild;
    return this.node?.nodeType === Node.TEXT_NODE ? this.node : null;
  }

  get offsets() {
    return (this.known ??= offsets(this.text.data));
  }

  /** Where word `index` stands in the text node, in UTF-16 units; null if the text is shorter than the list says. */
  span(index) {
    const point = this.words[index * SIZE];
    const start = this.offsets.unit(point);
    const end = this.offsets.unit(point + this.words[index * SIZE + 1]);
    return end <= this.text.length ? [start, end] : null;
  }

  /** The word being said at a time (ms): the last one begun, unless the voice has been silent for a while since. */
  wordAt(ms) {
    const index = lastNotAbove(this.count, (i) => this.words[i * SIZE + 2], ms);
    if (index < 0) return -1;
    return ms < this.words[index * SIZE + 2] + this.words[index * SIZE + 3] + 400 ? index : -1;
  }

  /** The word standing at a UTF-16 offset, or the one before the gap. */
  wordUnder(unit) {
    const point = this.offsets.point(unit);
    return lastNotAbove(this.count, (i) => this.words[i * SIZE], point);
  }

  /** The words the machine is less sure of than `limit` (percent), as ranges of the page; made once. */
  doubts(limit) {
    if (this.ranges || !this.text) return this.ranges ?? [];
    this.ranges = [];
    for (let index = 0; index < this.count; index += 1) {
      const span = this.words[index * SIZE + 4] < limit && this.span(index);
      if (span) this.ranges.push(new StaticRange({ startContainer: this.text, startOffset: span[0], endContainer: this.text, endOffset: span[1] }));
    }
    return this.ranges;
  }
}

class SpokenText extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector(".turns");
    if (!this.list) return;
    this.away = new AbortController();
    const on = (target, name, act, options = {}) => target.addEventListener(name, act, { signal: this.away.signal, ...options });
    this.lists = new Map();
    this.following = true;
    this.#index();
    on(document, "voice:time", (event) => this.#hear(event.detail));
    on(document, "voice:seek", (event) => this.#go(event.detail.time));
    on(this.list, "click", (event) => this.#touch(event));
    for (const name of ["wheel", "touchmove"]) on(window, name, () => this.#wander(), { passive: true });
    on(window, "scroll", () => { if (performance.now() > (this.own ?? 0)) this.#wander(); }, { passive: true });
    on(document, "click", (event) => { if (event.target.closest?.('[data-do="follow"]')) this.#follow(); });
    this.watch = new MutationObserver(() => this.#index());
    this.watch.observe(this.list, { childList: true });
    this.#load();
    const asked = isOpened ? null : placeIn(location.hash);
    isOpened = true;
    if (asked != null) this.#go(asked);
  }

  disconnectedCallback() {
    this.away?.abort();
    this.watch?.disconnect();
    this.sight?.disconnect();
    if (this.now) CSS.highlights.delete("now");
    if (this.doubtful) CSS.highlights.delete("doubtful");
  }

  get player() {
    return document.querySelector("voice-player[data-ready]");
  }

  async #load() {
    const url = this.getAttribute("words-url");
    if (!url) return;
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { turns } = await answer.json();
      [...this.list.children].forEach((element, index) => {
        this.lists.set(nameOf(element), turns[index] ?? []);
      });
    } catch (problem) {
      console.warn("No times for the words:", problem);
      return;
    }
    this.#index();
    this.dataset.ready = "";
    if (this.player) this.#hear({ time: this.player.time, playing: this.player.playing });
  }

  #index() {
    this.turns = new Map();
    for (const element of this.list.children) {
      this.turns.set(element, new Turn(element, this.lists.get(nameOf(element))));
    }
    this.timed = [...this.turns.values()].filter((turn) => turn.start != null).sort((a, b) => a.start - b.start);
    if (this.turn) {
      const name = nameOf(this.turn.element);
      this.turn = this.turns.get(this.turn.element) ?? [...this.turns.values()].find(({ element }) => nameOf(element) === name) ?? null;
      this.turn?.element.setAttribute("aria-current", "true");
      this.word = this.turn ? this.word : null;
    }
    this.#doubt();
  }

  /** Doubtful words, only of the turns in sight: with thousands of ranges every frame of the page would pay for them. */
  #doubt() {
    const limit = Number(this.getAttribute("doubtful")) * 100;
    if (!painting || !limit) return;
    this.sight?.disconnect();
    this.doubtful = new Highlight();
    CSS.highlights.set("doubtful", this.doubtful);
    this.sight = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        for (const range of this.turns.get(target)?.doubts(limit) ?? []) {
          if (isIntersecting) this.doubtful.add(range);
          else this.doubtful.delete(range);
        }
      }
    }, { rootMargin: "50% 0px" });
    for (const turn of this.turns.values()) if (turn.count) this.sight.observe(turn.element);
  }

  #turnAt(ms) {
    return this.timed[lastNotAbove(this.timed.length, (index) => this.timed[index].start, ms)] ?? null;
  }

  #hear({ time, playing }) {
    if (playing && !this.playing && this.turn) this.following = this.#inView(this.turn.element);
    this.playing = playing;
    const ms = Math.round(time * 1000);
    const turn = ms > 0 || playing ? this.#turnAt(ms) : null;
    const word = turn?.text && turn.count ? turn.wordAt(ms) : -1;
    if (turn === this.turn && word === this.word) return;
    if (turn !== this.turn) {
      this.turn?.element.removeAttribute("aria-current");
      turn?.element.setAttribute("aria-current", "true");
      this.dispatchEvent(new CustomEvent("turn:current", { detail: { element: turn?.element ?? null }, bubbles: true }));
    }
    this.turn = turn;
    this.word = word;
    this.#paint();
    this.#offer();
    if (playing && this.following && turn) this.#keepInView();
  }

  #paint() {
    if (!painting) return;
    if (!this.now) {
      this.now = new Highlight();
      this.now.priority = 1;
      CSS.highlights.set("now", this.now);
    }
    this.now.clear();
    const span = this.word >= 0 ? this.turn.span(this.word) : null;
    if (!span) return;
    const range = new Range();
    range.setStart(this.turn.text, span[0]);
    range.setEnd(this.turn.text, span[1]);
    this.now.add(range);
    this.range = range;
  }

  /** Somebody asked for a second: show its turn, whatever was being followed. */
  #go(time) {
    this.following = true;
    const turn = this.#turnAt(Math.round(time * 1000));
    if (!turn) return;
    this.#hear({ time, playing: this.player?.playing ?? false });
    this.#keepInView();
  }

  #touch(event) {
    if (event.defaultPrevented || event.button || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!event.target.closest(".words") || event.target.closest("a, button, input, textarea, select")) return;
    if (!getSelection().isCollapsed || !this.player) return;
    const turn = this.turns.get(event.target.closest("li"));
    if (!turn) return;
    const [node, offset] = caretAt(event.clientX, event.clientY);
    const word = node && node === turn.text && turn.count ? turn.wordUnder(offset) : -1;
    const ms = word >= 0 ? turn.words[word * SIZE + 2] : turn.start;
    if (ms != null) this.player.seek(ms / 1000);
  }

  #wander() {
    if (!this.playing || !this.following) return;
    this.following = false;
    this.#offer();
  }

  #follow() {
    this.following = true;
    this.#offer();
    this.#keepInView();
    this.player?.hand("play").focus({ preventScroll: true });
  }

  /** The way back to the voice is offered only while the page and the voice have parted. */
  #offer() {
    const button = document.querySelector('voice-player [data-do="follow"]');
    if (button) button.hidden = this.following || !this.playing;
  }

  #box() {
    const word = this.word >= 0 && this.range ? this.range.getBoundingClientRect() : null;
    return word?.height ? word : this.turn.element.getBoundingClientRect();
  }

  #inView(element) {
    const box = element.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  }

  #keepInView() {
    if (!this.turn) return;
    const box = this.#box();
    const top = innerHeight * 0.12;
    const bottom = (this.player?.getBoundingClientRect().top ?? innerHeight) - innerHeight * 0.08;
    if (box.top >= top && Math.min(box.bottom, box.top + 60) <= bottom) return;
    const far = Math.abs(box.top - innerHeight / 3);
    const smooth = !calm.matches && far < innerHeight * 2;
    this.own = performance.now() + (smooth ? 900 : 150);
    scrollBy({ top: box.top - innerHeight * 0.3, behavior: smooth ? "smooth" : "instant" });
  }
}

function caretAt(x, y) {
  if (document.caretPositionFromPoint) {
    const caret = document.caretPositionFromPoint(x, y);
    return [caret?.offsetNode, caret?.offset];
  }
  const range = document.caretRangeFromPoint?.(x, y);
  return [range?.startContainer, range?.startOffset];
}

customElements.define("spoken-text", SpokenText);
