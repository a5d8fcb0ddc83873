// Keeps the fleet page fresh. A change that the stream brings is put in where the page has a place
// for it; when the page is not what it is a change to, or has to look different altogether, the page
// is fetched anew from its own address, so that its filter and its groups hold.
"use strict";

(() => {
  const PACE_MS = 2000;
  const SEEN_MS = 60000;
  const ROWS_MAX = 200; // The same as in FleetView.java.
  const announce = document.getElementById("announce");
  const byId = (id) => document.getElementById(id);
  const fleet = () => byId("fleet");
  let before = "connecting";
  const { soon, now, missed } = pullcordLive.renewer("fleet", PACE_MS, replace);

  function element(html) {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    return template.content.firstElementChild;
  }

  function swap(id, html, swapStyle) {
    const part = byId(id);
    if (part) htmx.swap(part, html, { swapStyle, swapDelay: 0, settleDelay: 0 });
  }

  function wanted(state) {
    const states = fleet().dataset.states;
    return states === "" || states.split(" ").includes(state);
  }

  function replace(next) {
    const back = pullcordLive.held(fleet());
    const form = byId("filters");
    if (form?.contains(document.activeElement)) {
      // Somebody types into it.
      next.querySelector("#filters")?.replaceWith(form);
    }
    // The forms that steer the fleet stand outside, so that nobody is disturbed who fills them in.
    byId("steer")?.toggleAttribute("hidden", !next.querySelector(".nodes"));
    fleet().replaceWith(next);
    back();
    adopt();
    told();
  }

  function change({ from, to, verdict, recent, refs, cells, rows, seen }) {
    if (verdict !== null) {
      swap("top", verdict, "innerHTML");
      adopt();
    }
    if (recent !== null) swap("recent", recent, "innerHTML");
    for (const [id, html] of Object.entries(refs)) swap(id, html, "outerHTML");
    const groups = new Set();
    for (const { id, css, sign, label } of cells) {
      const cell = byId(id);
      if (!cell) continue; // The selector leaves it out.
      cell.className = css;
      cell.firstElementChild.textContent = sign;
      cell.setAttribute("aria-label", label);
      cell.removeAttribute("title");
      cell.hidden = !wanted(css.split(" ")[0].slice(2));
      groups.add(cell.closest(".group"));
    }
    groups.forEach(count);
    for (const row of rows ?? []) put(row);
    for (const [id, at] of Object.entries(seen)) {
      const time = byId(id)?.querySelector(".seen time");
      if (time) time.dateTime = at;
    }
    const { mark, more } = fleet().dataset;
    const cut = more !== "0" && cells.length > 0;
    if (from !== mark || rows === null || cut || listed().length > ROWS_MAX) soon();
    else missed(); // The answer that is under way may be older.
    fleet().dataset.mark = from === mark ? to : "";
    told();
  }

  // The chips are the same for every address; here they keep this page's other choices.
  function adopt() {
    const own = new URLSearchParams(location.search);
    for (const chip of fleet().querySelectorAll(".counts a")) {
      const address = new URL(chip.href);
      for (const key of ["selector", "group"]) {
        if (own.get(key)) address.searchParams.set(key, own.get(key));
      }
      chip.href = address.pathname + address.search;
      if (chip.dataset.states === (own.get("state") ?? "")) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    }
  }

  function listed() {
    return fleet().querySelector("tbody")?.rows ?? [];
  }

  function count(group) {
    const counted = ".tiles > a:not(.suspended)";
    const all = group.querySelectorAll(counted).length;
    const well = group.querySelectorAll(counted + ".s-converged").length;
    group.querySelector(".ratio").textContent = well + "/" + all;
    const shown = byId("shown");
    if (shown) shown.textContent = fleet().querySelectorAll(".tiles > a:not([hidden])").length;
  }

  function put({ id, cell, note, html }) {
    const row = element("<table><tbody>" + html + "</tbody></table>").rows[0];
    const old = byId(id);
    const shown = byId(cell) && wanted(row.dataset.state) && (note || fleet().dataset.all === "yes");
    if (old?.dataset.state !== row.dataset.state) row.classList.add("moved");
    const held = old?.contains(document.activeElement);
    old?.remove();
    if (!shown) return;
    const after = [...listed()].find((other) => other.dataset.order > row.dataset.order);
    fleet().querySelector("tbody").insertBefore(row, after ?? null);
    if (held) row.querySelector("a").focus({ preventScroll: true });
  }

  // Rows are renewed one by one, so a reason that a row above has too is folded here.
  function alike() {
    const first = new Map();
    for (const row of listed()) {
      const why = row.querySelector(".why");
      const reason = why?.querySelector(".reason");
      if (!reason) continue;
      const said = reason.cloneNode(true);
      for (const time of said.querySelectorAll("time")) time.textContent = time.dateTime;
      const key = row.dataset.state + " " + said.textContent;
      const name = first.get(key);
      if (name) {
        why.dataset.as = name;
        why.title = reason.textContent;
      } else {
        first.set(key, row.querySelector(".name a").textContent);
        delete why.dataset.as;
        why.removeAttribute("title");
      }
    }
  }

  function told() {
    const { title, icon, revision } = byId("verdict").dataset;
    const tab = title + " · " + document.body.dataset.fleet;
    byId("revision").textContent = revision;
    pullcordLive.tick();
    alike();
    if (document.title === tab) return;
    document.title = tab;
    document.querySelector("link[rel=icon]").href = icon;
    announce.textContent = fleet().querySelector(".headline").textContent;
  }

  // One stop of the tab key per group; arrows go from cell to cell.
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.(".tiles > a");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = [...fleet().querySelectorAll(".tiles > a:not([hidden])")];
    const at = all.indexOf(cell);
    const beside = (step) => {
      const { left, top } = cell.getBoundingClientRect();
      for (let i = at + step; i >= 0 && i < all.length; i += step) {
        const box = all[i].getBoundingClientRect();
        if ((box.top - top) * step > 2 && (box.left - left) * step > -2) return i;
      }
      return at;
    };
    const to = {
      ArrowRight: () => at + 1,
      ArrowLeft: () => at - 1,
      ArrowDown: () => beside(1),
      ArrowUp: () => beside(-1),
      Home: () => 0,
      End: () => all.length - 1,
    }[event.key];
    if (!to) return;
    event.preventDefault();
    const next = all[Math.min(all.length - 1, Math.max(0, to()))];
    for (const one of cell.parentElement.querySelectorAll('[tabindex="0"]')) one.tabIndex = -1;
    for (const one of next.parentElement.querySelectorAll('[tabindex="0"]')) one.tabIndex = -1;
    cell.tabIndex = next.parentElement === cell.parentElement ? -1 : 0;
    next.tabIndex = 0;
    next.focus();
  });

  document.addEventListener("pointerover", (event) => {
    const cell = event.target.closest?.(".tiles > a");
    if (cell) cell.title = cell.getAttribute("aria-label");
  });

  adopt();
  alike();
  pullcordLive.listen(document.currentScript.src, true, ({ fleet: mark, patch }, state) => {
    const back = state === "live" && before === "reconnecting";
    before = state;
    if (back) now();
    else if (mark && mark !== fleet().dataset.mark) soon();
    if (patch) change(patch);
  });

  // In a large fleet the stream brings no times of contact for nodes that are well.
  setInterval(() => {
    if (byId("shown") && fleet().dataset.all === "yes" && before === "live") soon();
  }, SEEN_MS);
})();
