// Keeps a page fresh that is not the fleet's: when the fleet changes, and after a reconnect, the
// live part is fetched anew and put in, at most once a second; every other second while it shows
// what is under way, or as often as it says (data-busy, in milliseconds). What the reader has opened
// stays open, and fields that have an id keep what was typed into them. The tab's title and icon are
// those of the page that was fetched.
"use strict";

(() => {
  const PACE_MS = 1000;
  const BUSY_MS = 2000;
  const part = () => document.getElementById("live-part");
  const renewer = pullcordLive.renewer("live-part", PACE_MS, put);
  let before = "connecting";

  function opened() {
    return [...part().querySelectorAll("details")].map((d) => [d.id, d.open]);
  }

  function put(next) {
    head(next.ownerDocument);
    if (bare(next) !== bare(part())) swap(next);
    else retime(next);
    follow();
  }

  function head(fetched) {
    const icon = (page) => page.querySelector("link[rel=icon]");
    const href = icon(fetched)?.getAttribute("href");
    if (document.title !== fetched.title) document.title = fetched.title;
    if (href && icon(document).getAttribute("href") !== href) icon(document).href = href;
  }

  // Nothing but ages differs: the reader keeps what is marked or under the pointer.
  function retime(next) {
    const ages = (root) => [...root.querySelectorAll("time[data-age]")];
    const fresh = ages(next);
    ages(part()).forEach((time, at) => (time.dateTime = fresh[at].dateTime));
    pullcordLive.tick();
  }

  // Without what the reader or a script of ours changes in it, and without ages: none of that is
  // news.
  function bare(root) {
    const copy = root.cloneNode(true);
    for (const details of copy.querySelectorAll("details")) details.removeAttribute("open");
    for (const form of copy.querySelectorAll("input[name=form]")) form.removeAttribute("value");
    for (const time of copy.querySelectorAll("time[data-age]")) {
      time.textContent = "";
      time.removeAttribute("title");
      time.removeAttribute("datetime");
    }
    return copy.outerHTML;
  }

  function swap(next) {
    const open = new Map(opened());
    for (const details of next.querySelectorAll("details")) {
      if (open.has(details.id)) details.open = open.get(details.id);
    }
    const back = pullcordLive.held(part());
    for (const field of part().querySelectorAll("input[id]")) {
      next.querySelector("#" + CSS.escape(field.id))?.replaceWith(field);
    }
    part().replaceWith(next);
    back();
    document.dispatchEvent(new Event("pullcord:refreshed"));
    pullcordLive.tick();
  }

  function follow() {
    const busyMs = part()?.dataset.busy;
    if (busyMs) renewer.soon(Number(busyMs) || BUSY_MS);
  }

  pullcordLive.listen(document.currentScript.src, false, ({ fleet, patch }, state) => {
    const back = state === "live" && before === "reconnecting";
    before = state;
    if (!part()) return;
    if (back) renewer.now();
    else if (fleet || patch) renewer.soon();
  });
  follow();
})();
