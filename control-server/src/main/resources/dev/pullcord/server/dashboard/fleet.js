// Keeps the fleet page fresh: puts in what the stream brings.
"use strict";

(() => {
  const fleet = document.getElementById("fleet");
  const announce = document.getElementById("announce");
  let whole = false;

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

  pullcordLive.listen(document.currentScript.src, true, ({ fleet: html, patch }) => {
    if (html) show(html);
    if (patch && whole) change(JSON.parse(patch));
    if (html || patch) {
      verdict();
      pullcordLive.tick();
    }
  });
})();
