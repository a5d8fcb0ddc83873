// Small things on every page: copy buttons, the switch between light and dark, "/" for the filter.
"use strict";

(() => {
  const KEY = "pullcord-theme";
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
    if (event.target.closest?.("#theme")) {
      const dark = matchMedia("(prefers-color-scheme: dark)").matches;
      const now = root.dataset.theme ?? (dark ? "dark" : "light");
      const next = now === "dark" ? "light" : "dark";
      theme(next);
      try {
        localStorage.setItem(KEY, next);
      } catch (refused) {
        // It holds for this page.
      }
    }
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      const filter = document.getElementById("filter");
      if (filter) {
        event.preventDefault();
        filter.focus();
      }
    }
  });
})();
