// Small things on every page: copy buttons, the switch between light and dark, "/" for the filter,
// and that a form is sent once.
"use strict";

(() => {
  const KEY = "pullcord-theme";
  const SENT_MS = 30000; // By then the reader may try again, whatever became of it.
  const root = document.documentElement;

  function theme(next) {
    if (next === "light" || next === "dark") root.dataset.theme = next;
    else delete root.dataset.theme;
  }

  function remembered() {
    try {
      return localStorage.getItem(KEY);
    } catch (refused) {
      return null; // A browser may keep nothing; then the system's choice holds.
    }
  }

  theme(remembered());

  function choose(next) {
    theme(next);
    try {
      if (next === "auto") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, next);
    } catch (refused) {
      // It holds for this page.
    }
    settings();
  }

  // The page of the settings shows the choice and the reader's zone.
  function settings() {
    const zone = document.getElementById("zone");
    if (zone) zone.textContent = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const now = root.dataset.theme ?? "auto";
    for (const radio of document.querySelectorAll("input[name=theme]")) {
      radio.closest("fieldset").disabled = false;
      radio.checked = radio.value === now;
    }
  }

  function openAct(hash) {
    const act = /^#act-[a-z-]+$/.test(hash) && document.querySelector(hash);
    if (act) {
      act.open = true;
      act.querySelector("input:not([type=hidden]), select")?.focus();
    }
    return Boolean(act);
  }

  document.addEventListener("DOMContentLoaded", () => {
    settings();
    openAct(location.hash);
  });
  document.addEventListener("change", (event) => {
    if (event.target.name === "theme") choose(event.target.value);
  });

  async function copy(button) {
    const text = button.dataset.copy;
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch (refused) {
      done = false;
    }
    const said = document.getElementById("said");
    if (said) said.textContent = done ? "copied" : "your browser did not allow it";
    button.classList.toggle("copied", done);
    setTimeout(() => button.classList.remove("copied"), 1200);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (button) copy(button);
    for (const menu of document.querySelectorAll(".menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const act = event.target.closest?.('a[href^="#act-"]');
    if (act && !openAct(act.hash)) {
      // The page has changed since it was loaded; the whole of it has what the link leads to.
      event.preventDefault();
      location.hash = act.hash;
      location.reload();
    }
    if (event.target.closest?.("#theme")) {
      const dark = matchMedia("(prefers-color-scheme: dark)").matches;
      const now = root.dataset.theme ?? (dark ? "dark" : "light");
      choose(now === "dark" ? "light" : "dark");
    }
  });

  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector(".menu[open]");
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    const typing = event.target.closest?.("input, textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      const filter = document.getElementById("filter");
      if (filter) {
        event.preventDefault();
        filter.focus();
      }
    }
  });

  // The second click of a double click, while the answer to the first is awaited.
  const sent = new Set();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    setTimeout(() => sent.delete(form), SENT_MS);
  });
  addEventListener("pageshow", () => sent.clear());
})();
