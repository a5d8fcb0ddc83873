// Times as people say them, kept fresh; the exact one, in the reader's zone, for who points at it.
"use strict";

const pullcordAges = (() => {
  function figures(small, each, large, unit) {
    const whole = Math.floor(small / each) + large;
    return small % each === 0 ? whole : whole + " " + (small % each) + unit;
  }

  // The same rule as in Moment.java.
  function age(ms) {
    const s = Math.floor(ms / 1000);
    if (s < 1) return null;
    if (s < 60) return s + "s";
    if (s < 3600) return Math.floor(s / 60) + "m";
    return hours(s);
  }

  // As Durations.ahead: what is still to come is said to the nearest minute.
  function ahead(ms) {
    const s = Math.floor(ms / 1000);
    if (s < 60) return age(ms);
    const minutes = Math.floor((s + 30) / 60);
    return minutes < 60 ? minutes + "m" : hours(minutes * 60);
  }

  function hours(s) {
    const minutes = Math.floor((s + 30) / 60);
    if (minutes < 1440) return figures(minutes, 60, "h", "m");
    return figures(Math.floor((minutes + 30) / 60), 24, "d", "h");
  }

  function words(kind, ms) {
    if (kind === "until") return age(-ms) === null ? "until now" : "for " + ahead(-ms) + " more";
    if (kind === "in") return age(-ms) === null ? "now" : "in " + ahead(-ms);
    if (age(ms) === null) return kind === "for" ? "just now" : "now";
    return kind === "for" ? "for " + age(ms) : age(ms) + " ago";
  }

  function refresh(root, now) {
    const times = root.querySelectorAll("time[data-age]");
    for (const time of times) {
      const text = words(time.dataset.age, now - Date.parse(time.dateTime));
      if (time.textContent !== text) time.textContent = text;
    }
    for (const late of root.querySelectorAll("[data-due][hidden]")) {
      if (now >= Date.parse(late.dataset.due)) late.hidden = false;
    }
    return times.length;
  }

  document.addEventListener("pointerover", (event) => {
    const time = event.target.closest?.("time");
    if (time) time.title = new Date(time.dateTime).toLocaleString();
  });

  return { age, refresh };
})();
