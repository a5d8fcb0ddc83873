// Keeps the fleet page fresh: puts in what the stream brings, counts the ages, shows whether the
// page is live.
"use strict";

(() => {
  const fleet = document.getElementById("fleet");
  const live = document.getElementById("live");
  const word = document.getElementById("live-word");
  const announce = document.getElementById("announce");
  const LARGE = 1500;
  let offset = Date.parse(fleet.dataset.now) - Date.now();
  let heardAt = Date.now();
  let state = "connecting";
  let held = null;
  let timer = 0;

  // The same rule as in Moment.java.
  function age(ms) {
    const s = Math.floor(ms / 1000);
    if (s < 1) return null;
    if (s < 60) return s + "s";
    if (s < 3600) return Math.floor(s / 60) + "m";
    if (s < 86400) return Math.floor(s / 3600) + "h " + Math.floor((s % 3600) / 60) + "m";
    return Math.floor(s / 86400) + "d " + Math.floor((s % 86400) / 3600) + "h";
  }

  function words(kind, ms) {
    if (kind === "in") return age(-ms) === null ? "now" : "in " + age(-ms);
    if (age(ms) === null) return kind === "for" ? "just now" : "now";
    return kind === "for" ? "for " + age(ms) : age(ms) + " ago";
  }

  function tick() {
    clearTimeout(timer);
    const now = Date.now() + offset;
    const times = fleet.querySelectorAll("time[data-age]");
    for (const time of times) {
      const text = words(time.dataset.age, now - Date.parse(time.dateTime));
      if (time.textContent !== text) time.textContent = text;
    }
    sign();
    timer = setTimeout(tick, times.length > LARGE ? 10000 : 1000);
  }

  function sign() {
    const ago = age(Date.now() - heardAt);
    const text = {
      connecting: "connecting",
      live: held === null ? "live" : "live, held while you select",
      reconnecting: "reconnecting" + (ago === null ? "" : ", as of " + ago + " ago"),
      "signed-out": "signed out",
    }[state];
    live.dataset.state = state;
    if (word.textContent !== text) word.textContent = text;
  }

  function states() {
    const rows = fleet.querySelectorAll("tbody tr");
    return new Map(Array.from(rows, (row) => [row.id, row.cells[0].className]));
  }

  function selecting() {
    const selection = document.getSelection();
    return !selection.isCollapsed && fleet.contains(selection.anchorNode);
  }

  function show(html) {
    if (selecting()) {
      held = html;
      return;
    }
    held = null;
    const before = states();
    htmx.swap(fleet, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
    for (const [id, look] of states()) {
      if (before.get(id) !== look) document.getElementById(id).classList.add("moved");
    }
    verdict();
    tick();
  }

  function verdict() {
    const { title, icon } = document.getElementById("verdict").dataset;
    const tab = title + " · Pullcord";
    if (document.title === tab) return;
    document.title = tab;
    document.querySelector("link[rel=icon]").href = icon;
    announce.textContent = fleet.querySelector(".headline").textContent;
  }

  function receive({ state: next, beat, fleet: html }) {
    if (next) state = next;
    if (beat || html) heardAt = Date.now();
    if (beat) offset = Date.parse(beat) - Date.now();
    if (html) show(html);
    if (next === "signed-out") location.assign("/ui/sign-in");
    sign();
  }

  document.addEventListener("selectionchange", () => {
    if (held !== null && !selecting()) show(held);
  });

  const script = new URL("stream.js", document.currentScript.src).pathname;
  if (typeof SharedWorker === "undefined") {
    pullcordStream(receive);
  } else {
    new BroadcastChannel(script).onmessage = (event) => receive(event.data);
    new SharedWorker(script).port.onmessage = (event) => receive(event.data);
  }
  tick();
})();
