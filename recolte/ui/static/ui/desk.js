// <turn-desk> around #desk: one turn at a time is listened to and corrected with the keyboard alone. Each of its buttons
// is a `do` of the one form; here the form is sent in the background, and the answer is the desk with the turn that comes
// next. Without this file the same buttons work, page after page.

import { offsets } from "./text.js";

const IDLE = 2500; // ms without a key after which the words are saved
const ENOUGH = 0.8; // of a turn has to be played before it counts as heard
const STEP = 2; // seconds

class TurnDesk extends HTMLElement {
  connectedCallback() {
    this.away = new AbortController();
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.away.signal });
    on(this, "submit", (event) => this.#submit(event));
    on(this, "click", (event) => this.#click(event));
    on(this, "input", (event) => { if (event.target.name === "text") this.#typed(); });
    on(this, "change", (event) => { if (event.target.name === "speaker" && !this.adds) this.#send("voice"); });
    on(document, "keydown", (event) => this.#key(event));
    on(document, "voice:time", (event) => this.#hear(event.detail));
    on(document, "visibilitychange", () => { if (document.hidden && this.#isChanged()) this.#save(true); });
    this.queue = Promise.resolve();
    this.#arrive();
    this.#ready(null, { playing: false });
  }

  disconnectedCallback() {
    this.away.abort();
    clearTimeout(this.idle);
  }

  get desk() { return this.querySelector("#desk"); }
  get form() { return this.querySelector("form"); }
  get text() { return this.form.elements.text; }
  get adds() { return "adds" in this.desk.dataset; }
  get player() { return document.querySelector("voice-player[data-ready]"); }
  get start() { return Number(this.desk.dataset.start ?? NaN) / 1000; }
  get end() { return Number(this.desk.dataset.end ?? NaN) / 1000; }

  #arrive() {
    const play = this.querySelector('[data-do="play"]');
    if (play) play.hidden = !this.player && !document.querySelector("voice-player");
    for (const button of this.querySelectorAll('button[value="voice"]')) button.hidden = true; // choosing is enough
    this.heard = 0;
    this.last = null;
    this.words = [...this.querySelectorAll('[data-show="words"] [data-from]')];
    this.word = null;
  }

  /** Put the cursor into the words, at `unit` (UTF-16) or at their end, and let the turn be heard. */
  #ready(unit, { playing = true } = {}) {
    this.text.focus();
    const at = unit ?? this.text.value.length;
    this.text.setSelectionRange(at, at);
    if (playing && !this.adds) this.#play(true);
  }

  #isChanged() {
    return !this.adds && this.text.value !== this.form.elements.before.value;
  }

  #say(what) {
    const line = this.querySelector('[data-show="saving"]');
    if (line) line.textContent = what ? this.dataset[what] : "";
  }

  #typed() {
    clearTimeout(this.idle);
    if (!this.#isChanged()) return this.#say("");
    this.#say("changed");
    this.idle = setTimeout(() => this.#save(), IDLE);
  }

  /** Save the words where they are: the cursor does not move, and what is typed meanwhile stays. */
  #save(keepalive = false) {
    clearTimeout(this.idle);
    this.queue = this.queue.then(async () => {
      if (!this.#isChanged() || !this.text.value.trim()) return;
      this.#say("saving");
      const turn = this.desk.dataset.turn;
      const answer = await this.#post("save", {}, keepalive);
      if (!answer || turn !== this.desk.dataset.turn) return;
      if (answer.status !== 200) return this.#show(answer);
      const now = answer.part.querySelector("form");
      this.form.elements.before.value = now.elements.before.value;
      for (const name of ['[data-show="words"]', ".desk-head", ".desk-hands"]) {
        const [old, fresh] = [this.querySelector(name), answer.part.querySelector(name)];
        if (old && fresh && !old.contains(document.activeElement)) old.replaceWith(fresh);
      }
      this.words = [...this.querySelectorAll('[data-show="words"] [data-from]')];
      this.word = null;
      this.#say(this.#isChanged() ? "changed" : "saved");
      if (this.#isChanged()) this.#typed();
    });
    return this.queue;
  }

  #submit(event) {
    event.preventDefault();
    this.#send(event.submitter?.value || (this.adds ? "insert" : "save"));
  }

  #click(event) {
    const asked = event.target.closest("[data-do]")?.dataset.do;
    if (asked === "play") this.#play();
    const word = event.target.closest("[data-from]");
    if (word && this.player) {
      this.player.seek(Number(word.dataset.from) / 1000);
      this.player.play();
    }
  }

  /** Do something with the turn: the answer is the desk as it is afterwards. */
  #send(what, more = {}) {
    clearTimeout(this.idle);
    if (what === "heard" && !this.#isHeard()) {
      this.#notice(this.dataset.unheard);
      this.#play(true);
      return this.queue;
    }
    if (what === "split") more.at = offsets(this.text.value).point(this.text.selectionStart);
    const [at, was] = [this.text.selectionStart, this.desk.dataset.turn];
    this.text.readOnly = true; // until the answer is here: what is typed meanwhile would go with the turn
    this.queue = this.queue.then(async () => {
      const answer = await this.#post(what, more);
      this.text.readOnly = false;
      if (!answer) return;
      this.#show(answer);
      if (answer.status !== 200) return this.#ready(null, { playing: false });
      const stays = was === this.desk.dataset.turn;
      this.#ready(what === "split" ? 0 : stays ? at : null, { playing: !stays || what === "undo" });
    });
    return this.queue;
  }

  async #post(what, more, keepalive = false) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") body.append(name, value);
    body.set("do", what);
    for (const [name, value] of Object.entries(more)) body.set(name, value);
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, keepalive, headers: { "HX-Request": "true" } });
      const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#desk");
      if (part) return { status: answer.status, part };
    } catch (problem) {
      console.warn(problem);
    }
    this.#notice(this.dataset.failed);
    this.#say("changed");
    return null;
  }

  #show({ part }) {
    this.desk.replaceWith(document.adoptNode(part));
    history.replaceState(history.state, "", `?tour=${this.desk.dataset.turn}`);
    this.#arrive();
  }

  #notice(words) {
    this.querySelector(".desk-said")?.remove();
    const line = document.createElement("p");
    line.className = "desk-said error";
    line.setAttribute("role", "alert");
    line.textContent = words;
    this.text.closest(".field").after(line);
  }

  // The voice

  #isHeard() {
    return !this.player || !(this.end > this.start) || this.heard >= ENOUGH * (this.end - this.start);
  }

  #play(again = false) {
    const player = this.player;
    if (!player || Number.isNaN(this.start)) return;
    if (player.playing && !again) return player.pause();
    if (again || player.time < this.start || player.time >= this.end - 0.05) player.seek(this.start);
    this.until = this.end;
    this.last = null;
    player.play();
  }

  #hear({ time, playing }) {
    if (playing && this.last != null && time > this.last && time - this.last < 1 && time > this.start - 0.2 && time < this.end + 0.5) {
      this.heard += time - this.last;
    }
    this.last = playing ? time : null;
    if (playing && this.until != null && time >= this.until) {
      this.until = null;
      this.player.pause();
    }
    const ms = time * 1000;
    const word = this.words.find((one) => ms >= Number(one.dataset.from) && ms < Number(one.dataset.to)) ?? null;
    if (word === this.word) return;
    this.word?.classList.remove("now");
    word?.classList.add("now");
    this.word = word;
  }

  /** Select the next word that the machine doubts, and let it be heard; in the next turn that has one, if need be. */
  #doubt() {
    const from = this.text.selectionEnd;
    for (const word of this.words.filter((one) => one.classList.contains("doubt"))) {
      const letters = word.textContent;
      const at = this.text.value.indexOf(letters, Math.max(0, this.#placeOf(word) - 12));
      if (at < 0 || at < from || (at === 0 && from === 0 && this.text.selectionEnd !== this.text.selectionStart)) continue;
      this.text.focus();
      this.text.setSelectionRange(at, at + letters.length);
      this.player?.seek(Math.max(this.start, Number(word.dataset.from) / 1000 - 0.7));
      this.until = Number(word.dataset.to) / 1000 + 0.7;
      this.player?.play();
      return;
    }
    this.#send("doubt").then(() => {
      this.text.setSelectionRange(0, 0);
    });
  }

  /** About where a word of the line stands in the text. */
  #placeOf(word) {
    const range = new Range();
    const line = word.parentElement;
    range.selectNodeContents(line);
    const intro = line.querySelector(".hidden");
    if (intro) range.setStartAfter(intro);
    range.setEndBefore(word);
    return range.toString().length;
  }

  #key(event) {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open], details.menu[open]")) return;
    const key = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : event.code.replace(/^Key/, "").toLowerCase();
    const only = (name) => ["ctrlKey", "altKey", "metaKey"].every((one) => event[one] === (one === name));
    if (event.key === "Escape" && only("")) this.#play();
    else if (event.key === "Enter" && (only("ctrlKey") || only("metaKey"))) this.#send(this.adds ? "insert" : "heard");
    else if (!only("altKey")) return;
    else if (event.key === "ArrowDown" && !this.adds) this.#send("next");
    else if (event.key === "ArrowUp" && !this.adds) this.#send("previous");
    else if (event.key === "ArrowLeft") this.#shift(-STEP);
    else if (event.key === "ArrowRight") this.#shift(STEP);
    else if (/^Digit[1-9]$/.test(event.code)) this.#voice(Number(event.code.slice(5)));
    else if (this.adds) return;
    else if (key === "z") this.#send("undo");
    else if (key === "d") this.#doubt();
    else if (key === "s") this.#send("split");
    else if (key === "j" && this.form.querySelector('[value="merge"]')) this.#send("merge");
    else if (key === "i") this.#insert();
    else return;
    event.preventDefault();
  }

  #shift(seconds) {
    this.player?.seek(this.player.time + seconds);
  }

  #voice(number) {
    const voices = [...this.querySelectorAll('input[name="speaker"]')].slice(1);
    if (!voices[number - 1]) return this.#notice(this.dataset.voiceless);
    voices[number - 1].checked = true;
    if (!this.adds) this.#send("voice");
  }

  async #insert() {
    await this.#save();
    const link = this.querySelector('a[data-do="insert"]');
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#desk");
    if (part) {
      this.#show({ part });
      this.#ready(null);
    }
  }
}

customElements.define("turn-desk", TurnDesk);
