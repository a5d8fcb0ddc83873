// Times as people say them, kept fresh; the exact one, in the reader's zone, for who points at it.
"use strict";

const pullcordAges = (() => {
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

  function refresh(root, now) {
    const times = root.querySelectorAll("time[data-age]");
    for (const time of times) {
      const text = words(time.dataset.age, now - Date.parse(time.dateTime));
      if (time.textContent !== text) time.textContent = text;
    }
    return times.length;
  }

  document.addEventListener("pointerover", (event) => {
    const time = event.target.closest?.("time");
    if (time) time.title = new Date(time.dateTime).toLocaleString();
  });

  return { age, refresh };
})();
