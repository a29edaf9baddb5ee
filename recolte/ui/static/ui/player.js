// <voice-player>: hands, a line of time and a waveform for the <audio controls> it holds. Everything visible comes from
// the <template> inside it (templates/ui/player.html), so the words are translated and the page works without this file.
//
// On the element: `time` (seconds), `playing`, `seek(seconds)`, `play()`, `pause()`.
// It says: "voice:time" {time, playing} as the voice goes, "voice:seek" {time} when somebody asks for a place.

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const STEP = 5;

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const rest = `${Math.floor((whole % 3600) / 60)}:${String(whole % 60).padStart(2, "0")}`;
  return whole < 3600 ? rest : `${Math.floor(whole / 3600)}:${rest.padStart(5, "0")}`;
}

/** The second an address asks for: `#t=83.2` (a media fragment; what follows a comma is its end). */
export function placeIn(hash) {
  const found = /^#t=(\d+(?:\.\d+)?)/.exec(hash);
  return found ? Number(found[1]) : null;
}

class VoicePlayer extends HTMLElement {
  connectedCallback() {
    if (this.audio) return;
    const audio = this.querySelector("audio");
    const template = this.querySelector("template");
    if (!audio || !template) return;
    this.audio = audio;
    this.append(template.content.cloneNode(true));
    audio.controls = false;
    audio.preservesPitch = true;
    this.away = new AbortController();
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.away.signal });

    this.line = this.hand("seek");
    this.speed = this.hand("speed");
    this.dialog = this.querySelector("dialog");
    on(this, "click", (event) => this.#press(event.target.closest("[data-do]")?.dataset.do));
    on(this.line, "input", () => this.seek(Number(this.line.value)));
    on(this.speed, "change", () => this.#pace(Number(this.speed.value)));
    for (const name of ["play", "pause", "ended"]) on(audio, name, () => this.#running());
    for (const name of ["timeupdate", "seeked"]) on(audio, name, () => this.#show());
    for (const name of ["loadedmetadata", "durationchange"]) on(audio, name, () => this.#measure());
    on(audio, "error", () => this.#sorry(true));
    on(audio, "canplay", () => this.#sorry(false));
    on(document, "keydown", (event) => this.#key(event));
    on(document, "click", (event) => this.#follow(event));
    on(window, "hashchange", () => this.#open());
    on(document, "theme:change", () => this.#colours());
    on(matchMedia("(prefers-color-scheme: dark)"), "change", () => this.#colours());

    this.dataset.ready = "";
    this.#measure();
    this.#open();
    this.#draw();
  }

  disconnectedCallback() {
    // Moved, or gone for good: only the second ends the listening.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.away?.abort();
      this.waveform?.destroy();
    });
  }

  hand(name) {
    return this.querySelector(`[data-do="${name}"]`);
  }

  get time() {
    return this.wanted ?? this.audio.currentTime;
  }

  get playing() {
    return !this.audio.paused && !this.audio.ended;
  }

  get duration() {
    const own = this.audio.duration;
    return Number.isFinite(own) && own > 0 ? own : this.known || Number(this.getAttribute("duration")) || 0;
  }

  /** Go to a second: at once, or as soon as the sound is there. */
  seek(seconds) {
    const time = Math.max(0, this.duration ? Math.min(seconds, this.duration) : seconds);
    if (this.audio.readyState >= HTMLMediaElement.HAVE_METADATA) {
      this.audio.currentTime = time;
    } else {
      if (this.wanted == null) {
        this.audio.addEventListener("loadedmetadata", () => {
          const asked = this.wanted;
          this.wanted = null;
          this.audio.currentTime = asked;
        }, { once: true });
      }
      this.wanted = time;
      if (this.audio.preload === "none") this.audio.preload = "metadata";
    }
    this.#show();
    this.#say("voice:seek", { time });
  }

  async play() {
    try {
      await this.audio.play();
    } catch (problem) {
      if (problem.name === "NotSupportedError") this.#sorry(true);
    }
  }

  pause() {
    this.audio.pause();
  }

  #press(name) {
    if (name === "play") this.playing ? this.pause() : this.play();
    else if (name === "back") this.seek(this.time - STEP);
    else if (name === "forward") this.seek(this.time + STEP);
    else if (name === "help") this.dialog.showModal();
  }

  #pace(speed) {
    this.audio.playbackRate = speed;
    this.audio.defaultPlaybackRate = speed;
    this.speed.value = String(speed);
  }

  #key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = event.target instanceof Element ? event.target : document.body;
    if (at !== this.line && at.closest("input, textarea, select, dialog, [contenteditable]:not([contenteditable=false])")) return;
    if (document.querySelector("dialog[open]")) return;
    const pressable = at.closest("a[href], button, summary, [role=button], [role=tab], audio");
    const place = SPEEDS.indexOf(this.audio.playbackRate);
    switch (event.key) {
      case " ":
        if (pressable) return;
        this.#press("play");
        break;
      case "k": this.#press("play"); break;
      case "j": case "ArrowLeft": this.#press("back"); break;
      case "l": case "ArrowRight": this.#press("forward"); break;
      case "<": this.#pace(SPEEDS[Math.max(0, place - 1)]); break;
      case ">": this.#pace(SPEEDS[Math.min(SPEEDS.length - 1, place + 1)]); break;
      case "?": this.dialog.showModal(); break;
      default: return;
    }
    event.preventDefault();
  }

  /** A link to a second of this page (`<a href="#t=83.2">`) is there to be heard. */
  #follow(event) {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest?.('a[href^="#t="]');
    const time = link && placeIn(link.getAttribute("href"));
    if (time == null) return;
    event.preventDefault();
    history.replaceState(history.state, "", link.getAttribute("href"));
    this.seek(time);
    this.play();
  }

  #open() {
    const time = placeIn(location.hash);
    if (time != null) this.seek(time);
  }

  #running() {
    this.classList.toggle("playing", this.playing);
    this.hand("play").setAttribute("aria-pressed", String(this.playing));
    cancelAnimationFrame(this.frame);
    const go = () => {
      this.#say("voice:time", { time: this.time, playing: this.playing });
      if (this.playing) this.frame = requestAnimationFrame(go);
    };
    go();
  }

  #show() {
    const time = this.time;
    if (document.activeElement !== this.line || !this.line.matches(":active")) this.line.value = String(time);
    this.line.setAttribute("aria-valuetext", clock(time));
    this.querySelector('[data-show="time"]').textContent = clock(time);
    if (!this.playing) this.#say("voice:time", { time, playing: false });
  }

  #measure() {
    const duration = this.duration;
    if (duration) {
      this.line.max = String(duration);
      this.querySelector('[data-show="duration"]').textContent = clock(duration);
    }
    this.#show();
  }

  #sorry(shown) {
    this.querySelector(".sorry").hidden = !shown;
  }

  #say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }

  /** The waveform is a picture under the line: no peaks, no picture, and nothing else is lost. */
  async #draw() {
    const url = this.getAttribute("peaks-url");
    if (!url) return;
    try {
      const [answer, { default: WaveSurfer }] = await Promise.all([
        fetch(url, { headers: { Accept: "application/json" } }),
        import("./vendor/wavesurfer-8.0.1/wavesurfer.esm.js"),
      ]);
      if (!answer.ok) return;
      const { peaks, duration_ms: length } = await answer.json();
      if (!peaks?.length || !this.isConnected) return;
      this.known = length / 1000;
      this.#measure();
      this.wave = this.querySelector(".wave");
      this.waveform = WaveSurfer.create({
        container: this.wave,
        media: this.audio,
        peaks: [Float32Array.from(peaks, (peak) => peak / 255)],
        duration: this.duration,
        height: "auto",
        barWidth: 2,
        barGap: 1,
        barRadius: 1,
        cursorWidth: 0,
        normalize: true,
        interact: false,
        hideScrollbar: true,
        cspNonce: document.querySelector("script[nonce]")?.nonce,
        ...this.#palette(),
      });
      this.querySelector(".line").classList.add("drawn");
    } catch (problem) {
      console.warn("No waveform:", problem);
    }
  }

  #palette() {
    const style = getComputedStyle(this.wave);
    return { waveColor: style.color, progressColor: style.caretColor };
  }

  #colours() {
    this.waveform?.setOptions(this.#palette());
  }
}

customElements.define("voice-player", VoicePlayer);
