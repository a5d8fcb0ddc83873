// What every live page shares: the sign that says whether it is live, its ages, the one stream of
// this browser, whose messages it hands on, and how a part of the page is fetched anew.
"use strict";

const pullcordLive = (() => {
  const LARGE = 1500;
  const WATCH_MS = 5000;
  const SILENT_MAX = 9; // A worker that is well says within 40 s that its stream is dead.
  const ANSWER_MS = 30000;
  const RETRY_MAX_MS = 30000;
  const live = document.getElementById("live");
  const word = document.getElementById("live-word");
  let offset = Date.parse(document.body.dataset.now) - Date.now();
  let heardAt = Date.now();
  let state = "connecting";
  let stale = false;
  let timer = 0;
  let pressed = false;

  function tick() {
    clearTimeout(timer);
    const count = pullcordAges.refresh(document, Date.now() + offset);
    sign();
    timer = setTimeout(tick, count > LARGE ? 10000 : 1000);
  }

  function sign() {
    const ago = pullcordAges.age(Date.now() - heardAt);
    const shown = stale && state === "live" ? "stale" : state;
    const text = {
      connecting: "connecting",
      live: "live",
      stale: "not live, trying again",
      reconnecting: "reconnecting" + (ago === null ? "" : ", as of " + ago + " ago"),
      "signed-out": "signed out",
    }[shown];
    live.dataset.state = shown;
    if (word.textContent !== text) word.textContent = text;
  }

  function signIn() {
    const here = location.pathname + location.search;
    location.assign("/ui/sign-in" + (here === "/ui" ? "" : "?next=" + encodeURIComponent(here)));
  }

  // whole: whether the page has the fleet's mark, and needs to know which one is the newest.
  function listen(script, whole, hear) {
    let silent = 0;
    let own = false;
    function receive(message) {
      const { state: next, beat } = message;
      if (next) state = next;
      if (state === "signed-out") signIn();
      if (beat) {
        heardAt = Date.now();
        offset = Date.parse(beat) - heardAt;
      }
      hear(message, state);
      sign();
    }
    function told(event) {
      silent = 0;
      if (!own) receive(event.data);
    }
    // A worker can hang, or end without a word: then the page has a stream of its own. It counts
    // its own looks and not the time, in which the machine may have slept.
    function watch() {
      if (own || ++silent < SILENT_MAX) return;
      own = true;
      receive({ state: "reconnecting" });
      pullcordStream(receive);
    }
    const path = new URL("stream.js", script).pathname;
    if (typeof SharedWorker === "undefined") {
      pullcordStream(receive);
    } else {
      new BroadcastChannel(path).onmessage = told;
      const { port } = new SharedWorker(path);
      port.onmessage = told;
      port.postMessage({ whole });
      setInterval(watch, WATCH_MS);
    }
    tick();
  }

  // Fetches the element with this id anew from the page's own address and has it put in, at most
  // once in so many ms. What comes meanwhile may not be in the answer, so it fetches again. It does
  // so after an answer without the element too, more and more seldom, and says that it is not live.
  function renewer(id, paceMs, put) {
    let waiting = 0;
    let busy = false;
    let again = false;
    let failures = 0;
    let at = -paceMs;
    let due = 0;

    function soon(pace = paceMs) {
      if (busy) {
        again = true;
        return;
      }
      const wait = failures === 0 ? pace : Math.min(RETRY_MAX_MS, pace * 2 ** failures);
      if (waiting !== 0 && due <= at + wait) return;
      clearTimeout(waiting);
      due = at + wait;
      waiting = setTimeout(renew, Math.max(0, due - performance.now()));
    }

    async function renew() {
      waiting = 0;
      busy = true;
      again = false;
      at = performance.now();
      const part = await fetched(id);
      busy = false;
      failures = part ? 0 : failures + 1;
      stale = !part;
      sign();
      if (part && pressed) soon();
      else if (part) put(part);
      if (again || !part) soon();
    }

    return {
      soon,
      // Something was put into the page as it is.
      missed() {
        again ||= busy;
      },
      // The server is back.
      now() {
        clearTimeout(waiting);
        waiting = 0;
        failures = 0;
        soon();
      },
    };
  }

  async function fetched(id) {
    try {
      // With this header the server keeps the word on what a form did for the page that asks for it.
      const headers = { "HX-Request": "true" };
      const signal = AbortSignal.timeout(ANSWER_MS);
      const answer = await fetch(location.href, { headers, signal });
      if (answer.redirected) {
        const session = await fetch("/ui/session", { cache: "no-store", signal });
        if (session.status === 401) signIn();
        return null;
      }
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      forms(next);
      return next.getElementById(id);
    } catch (away) {
      return null;
    }
  }

  // Somebody may have signed in anew meanwhile: the forms of this page are to be theirs.
  function forms(next) {
    const token = next.querySelector("input[name=form]")?.value;
    if (!token) return;
    for (const field of document.querySelectorAll("input[name=form]")) field.value = token;
  }

  // Remembers what the reader has in hand of a part that is about to be replaced: the focus, and
  // how far a text is scrolled. What it returns puts that back.
  function held(root) {
    function path(element, more) {
      const named = element.closest("[id]");
      const at = [...named.querySelectorAll(element.localName)].indexOf(element);
      return { id: named.id, name: element.localName, at, ...more };
    }
    function find({ id, name, at }) {
      const named = document.getElementById(id);
      return at < 0 ? named : named?.querySelectorAll(name)[at];
    }
    // Two buttons may have one text, as the × of each label.
    function says(element) {
      const attributes = ["aria-label", "name", "value"].map((of) => element.getAttribute(of));
      return [element.textContent, ...attributes].join("\n");
    }
    const active = document.activeElement;
    const focus = root.contains(active) ? path(active, { said: says(active) }) : null;
    const scrolled = [...root.querySelectorAll("pre")]
      .filter((text) => text.scrollTop > 0 || text.scrollLeft > 0)
      .map((text) => {
        const end = text.scrollTop + text.clientHeight >= text.scrollHeight - 2;
        return path(text, { top: text.scrollTop, left: text.scrollLeft, end });
      });
    return () => {
      const next = focus && find(focus);
      // Without an id it may be another one by now, which does something else.
      if (next && (focus.at < 0 || says(next) === focus.said)) {
        next.focus({ preventScroll: true });
      }
      for (const one of scrolled) {
        const text = find(one);
        if (text) text.scrollTo(one.left, one.end ? text.scrollHeight : one.top);
      }
    };
  }

  // Between a press and its release nothing is replaced: the click would come to nothing.
  const released = () => setTimeout(() => (pressed = false));
  const space = (event) => event.key === " ";
  document.addEventListener("pointerdown", (event) => (pressed = event.button === 0), true);
  document.addEventListener("keydown", (event) => (pressed ||= space(event)), true);
  document.addEventListener("keyup", (event) => space(event) && released(), true);
  for (const end of ["pointerup", "pointercancel", "dragend", "contextmenu"]) {
    document.addEventListener(end, released, true);
  }
  addEventListener("blur", released);

  return { listen, tick, renewer, held };
})();
