// Keeps a page fresh that is not the fleet's: when the fleet changes, and after a reconnect, the
// live part is fetched anew and put in, at most once a second; every other second while it shows
// what is under way, or as often as it says (data-busy, in milliseconds). What the reader has opened
// stays open, and fields that have an id keep what was typed into them.
"use strict";

(() => {
  const PACE_MS = 1000;
  const BUSY_MS = 2000;
  const part = () => document.getElementById("live-part");
  let timer = 0;
  let busy = false;
  let again = false;
  let before = "connecting";

  function opened() {
    return [...part().querySelectorAll("details")].map((d) => [d.id, d.open]);
  }

  async function refresh() {
    timer = 0;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { "HX-Request": "true" } });
      if (answer.ok && !answer.redirected) put(await answer.text());
    } catch (away) {
      // The stream notices it too, and asks again when it is back.
    } finally {
      busy = false;
      if (again) {
        again = false;
        soon();
      }
      follow();
    }
  }

  function put(html) {
    const next = new DOMParser().parseFromString(html, "text/html").getElementById("live-part");
    if (!next || next.innerHTML === part().innerHTML) return;
    const open = new Map(opened());
    for (const details of next.querySelectorAll("details")) {
      if (open.has(details.id)) details.open = open.get(details.id);
    }
    const focus = document.activeElement?.id;
    for (const field of part().querySelectorAll("input[id]")) {
      next.querySelector("#" + CSS.escape(field.id))?.replaceWith(field);
    }
    part().replaceWith(next);
    if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
    document.dispatchEvent(new Event("pullcord:refreshed"));
    pullcordLive.tick();
  }

  function soon() {
    if (timer === 0) timer = setTimeout(refresh, PACE_MS);
  }

  function follow() {
    const busyMs = part()?.dataset.busy;
    if (timer === 0 && busyMs) timer = setTimeout(refresh, Number(busyMs) || BUSY_MS);
  }

  pullcordLive.listen(document.currentScript.src, false, ({ fleet, patch }, state) => {
    const back = state === "live" && before === "reconnecting";
    before = state;
    if (part() && (fleet || patch || back)) soon();
  });
  follow();
})();
