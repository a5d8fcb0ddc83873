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
  let whole = false;
  let timer = 0;

  function tick() {
    clearTimeout(timer);
    const count = pullcordAges.refresh(fleet, Date.now() + offset);
    sign();
    timer = setTimeout(tick, count > LARGE ? 10000 : 1000);
  }

  function sign() {
    const ago = pullcordAges.age(Date.now() - heardAt);
    const text = {
      connecting: "connecting",
      live: "live",
      reconnecting: "reconnecting" + (ago === null ? "" : ", as of " + ago + " ago"),
      "signed-out": "signed out",
    }[state];
    live.dataset.state = state;
    if (word.textContent !== text) word.textContent = text;
  }

  function put(target, html) {
    htmx.swap(target, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  }

  function show(html) {
    whole = true;
    put(fleet, html);
  }

  // Rows come from the last to the first, so that the one after each is there already.
  function change({ top, rows, gone, seen }) {
    if (top !== null) put(document.getElementById("top"), top);
    for (const id of gone) document.getElementById(id)?.remove();
    const body = fleet.querySelector("tbody");
    for (const { id, before, html } of rows) {
      const template = document.createElement("template");
      template.innerHTML = html;
      const row = template.content.firstElementChild;
      const old = document.getElementById(id);
      if (old?.cells[0].className !== row.cells[0].className) row.classList.add("moved");
      old?.remove();
      body.insertBefore(row, before === null ? null : document.getElementById(before));
    }
    for (const [id, at] of Object.entries(seen)) {
      const time = document.getElementById(id)?.querySelector(".seen time");
      if (time) time.dateTime = at;
    }
  }

  function verdict() {
    const { title, icon, revision } = document.getElementById("verdict").dataset;
    const tab = title + " · Pullcord";
    document.getElementById("revision").textContent = revision;
    if (document.title === tab) return;
    document.title = tab;
    document.querySelector("link[rel=icon]").href = icon;
    announce.textContent = fleet.querySelector(".headline").textContent;
  }

  function receive({ state: next, beat, fleet: html, patch }) {
    if (next) state = next;
    if (state === "signed-out") location.assign("/ui/sign-in");
    if (beat) {
      heardAt = Date.now();
      offset = Date.parse(beat) - heardAt;
    }
    if (html) show(html);
    if (patch && whole) change(JSON.parse(patch));
    if (html || patch) {
      verdict();
      tick();
    }
    sign();
  }

  const script = new URL("stream.js", document.currentScript.src).pathname;
  if (typeof SharedWorker === "undefined") {
    pullcordStream(receive);
  } else {
    new BroadcastChannel(script).onmessage = (event) => receive(event.data);
    new SharedWorker(script).port.onmessage = (event) => receive(event.data);
  }
  tick();
})();
