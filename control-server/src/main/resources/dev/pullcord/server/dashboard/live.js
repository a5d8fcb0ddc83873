// What every live page shares: the sign that says whether it is live, its ages, and the one stream
// of this browser, whose messages it hands on.
"use strict";

const pullcordLive = (() => {
  const LARGE = 1500;
  const live = document.getElementById("live");
  const word = document.getElementById("live-word");
  let offset = Date.parse(document.body.dataset.now) - Date.now();
  let heardAt = Date.now();
  let state = "connecting";
  let timer = 0;

  function tick() {
    clearTimeout(timer);
    const count = pullcordAges.refresh(document, Date.now() + offset);
    sign();
    timer = setTimeout(tick, count > LARGE ? 10000 : 1000);
  }

  function sign() {
    const ago = pullcordAges.age(Date.now() - heardAt);
    const text = {
      connecting: "connecting",
      live: "live",
      reconnecting: "reconnecting" + (ago === null ? "" : ", as of " + ago + " ago"),
      "signed-out": "signed out",
    }[state];
    live.dataset.state = state;
    if (word.textContent !== text) word.textContent = text;
  }

  // whole: whether the page has the fleet's mark, and needs to know which one is the newest.
  function listen(script, whole, hear) {
    function receive(message) {
      const { state: next, beat } = message;
      if (next) state = next;
      if (state === "signed-out") location.assign("/ui/sign-in");
      if (beat) {
        heardAt = Date.now();
        offset = Date.parse(beat) - heardAt;
      }
      hear(message, state);
      sign();
    }
    const path = new URL("stream.js", script).pathname;
    if (typeof SharedWorker === "undefined") {
      pullcordStream(receive);
    } else {
      new BroadcastChannel(path).onmessage = (event) => receive(event.data);
      const { port } = new SharedWorker(path);
      port.onmessage = (event) => receive(event.data);
      port.postMessage({ whole });
    }
    tick();
  }

  return { listen, tick };
})();
