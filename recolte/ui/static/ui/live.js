// An element with data-live="URL" hears from the server (server-sent events) that it should renew itself: every message
// gives it the event "live", to be named in its hx-trigger beside the poll. No stream, no harm: the poll stays.

const streams = new Map();

function listen() {
  const wanted = new Map();
  for (const element of document.querySelectorAll("[data-live]")) {
    const url = new URL(element.dataset.live, location.href).href;
    wanted.set(url, [...(wanted.get(url) ?? []), element]);
  }
  for (const [url, stream] of streams) {
    if (wanted.has(url)) continue;
    stream.close();
    streams.delete(url);
  }
  for (const url of wanted.keys()) {
    if (streams.has(url)) continue;
    const stream = new EventSource(url);
    streams.set(url, stream);
    stream.addEventListener("message", () => {
      for (const element of document.querySelectorAll("[data-live]")) {
        if (new URL(element.dataset.live, location.href).href === url) globalThis.htmx?.trigger(element, "live");
      }
    });
  }
}

if ("EventSource" in globalThis) {
  listen();
  document.addEventListener("htmx:after:swap", listen);
  addEventListener("pagehide", () => {
    for (const stream of streams.values()) stream.close();
    streams.clear();
  });
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
}
