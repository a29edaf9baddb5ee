// The evidence chip: its round button plays the voice in place, from its second to its end, one chip at a time.
// Without this file the link opens the sound itself at that second.

let audio = null;
let playing = null;
let end = 0;

function stop() {
  playing?.classList.remove("playing");
  playing?.removeAttribute("aria-current");
  playing = null;
}

function start(link) {
  if (!audio) {
    audio = new Audio();
    audio.addEventListener("pause", stop);
    audio.addEventListener("error", stop);
    audio.addEventListener("timeupdate", () => {
      if (playing && audio.currentTime >= end) audio.pause();
    });
  }
  stop();
  const address = link.href.split("#")[0];
  const from = Number(link.dataset.start) || 0;
  end = Number(link.dataset.end) || Infinity;
  if (audio.src !== address) audio.src = address;
  if (audio.readyState >= HTMLMediaElement.HAVE_METADATA) audio.currentTime = from;
  else audio.addEventListener("loadedmetadata", () => { audio.currentTime = from; }, { once: true });
  document.querySelectorAll("audio").forEach((other) => other.pause());
  audio.play().then(() => {
    playing = link;
    link.classList.add("playing");
    link.setAttribute("aria-current", "true");
  }, () => { if (audio.error) location.assign(link.href); });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".evidence a.play");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link === playing) audio.pause();
  else start(link);
});

document.addEventListener("play", (event) => {
  if (event.target !== audio) audio?.pause();
}, true);
