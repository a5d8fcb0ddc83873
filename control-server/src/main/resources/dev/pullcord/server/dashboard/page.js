// Keeps a page fresh that is not the fleet's: when the fleet changes, and after a reconnect, the
// live part is fetched anew and put in, with the forms that steer (live-steer) where the page has
// them apart; at most once a second, and every other second while it shows what is under way, or as
// often as it says (data-busy, in milliseconds). What the reader has opened stays open, and fields
// that have an id keep what was typed into them or chosen. The tab's title and icon are those of the
// page that was fetched.
"use strict";

(() => {
  const PACE_MS = 1000;
  const BUSY_MS = 2000;
  const part = () => document.getElementById("live-part");
  const renewer = pullcordLive.renewer("live-part", PACE_MS, put);
  let before = "connecting";

  const steer = (page) => page.getElementById("live-steer");

  function opened(root) {
    return [...root.querySelectorAll("details")].map((d) => [d.id, d.open]);
  }

  function put(next) {
    const page = next.ownerDocument;
    head(page);
    const now = steer(document);
    const then = steer(page);
    if (now && then && bare(then) !== bare(now)) swap(now, then);
    if (bare(next) !== bare(part())) swap(part(), next);
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

  function swap(now, next) {
    const open = new Map(opened(now));
    for (const details of next.querySelectorAll("details")) {
      if (open.has(details.id)) details.open = open.get(details.id);
    }
    const back = pullcordLive.held(now);
    for (const field of now.querySelectorAll("input[id], select[id]")) {
      const fresh = next.querySelector("#" + CSS.escape(field.id));
      if (fresh) keep(field, fresh);
    }
    now.replaceWith(next);
    back();
    document.dispatchEvent(new Event("pullcord:refreshed"));
    pullcordLive.tick();
  }

  // A choice in an open form stays the one that is seen, also where there is no such any more: the
  // server then refuses it. Else the next click would be about another one.
  function keep(field, fresh) {
    if (field.localName === "input") {
      if (field.value !== field.defaultValue) fresh.replaceWith(field);
      return;
    }
    const chosen = field.selectedOptions[0];
    const open = field.closest("details")?.open ?? true;
    const same = [...fresh.options].find((option) => option.value === chosen?.value);
    if (same) same.selected ||= open || !chosen.defaultSelected;
    else if (chosen && open) {
      fresh.append(chosen);
      chosen.selected = true;
    }
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
