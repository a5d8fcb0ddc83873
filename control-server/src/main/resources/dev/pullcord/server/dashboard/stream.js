// The one event stream of this browser. Loaded as a SharedWorker it serves all tabs; a browser
// without shared workers runs it in the page. What it hears it tells, as one of {state}, {beat},
// {fleet}, {patch}.
"use strict";

function pullcordStream(tell) {
  const DEAD_AFTER_MS = 40000; // The server speaks every 15 s.
  const RETRY_MS = [500, 1000, 2000, 5000];
  let source = null;
  let failures = 0;
  let timer = 0;
  let state = "connecting";

  function say(next) {
    state = next;
    tell({ state });
  }

  function heard() {
    failures = 0;
    clearTimeout(timer);
    timer = setTimeout(lost, DEAD_AFTER_MS);
    if (state !== "live") say("live");
  }

  function open() {
    clearTimeout(timer);
    if (source) source.close();
    source = new EventSource("/ui/events");
    timer = setTimeout(lost, DEAD_AFTER_MS);
    source.addEventListener("beat", (event) => {
      heard();
      tell({ beat: event.data });
    });
    source.addEventListener("fleet", (event) => {
      heard();
      tell({ fleet: event.data });
    });
    source.addEventListener("patch", (event) => {
      heard();
      tell({ patch: event.data });
    });
    source.onerror = lost;
  }

  // The browser's own retry cannot tell a server that is away from a session that has ended.
  async function lost() {
    clearTimeout(timer);
    source.close();
    if (state !== "signed-out") say("reconnecting");
    const wait = RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)];
    timer = setTimeout(open, wait);
    try {
      const answer = await fetch("/ui/session", { cache: "no-store" });
      if (answer.status === 401) {
        clearTimeout(timer);
        say("signed-out");
      }
    } catch (away) {
      // The server does not answer: the retry is armed already.
    }
  }

  open();
  return {
    // A tab that comes later needs the page whole, and a new stream begins with that.
    again() {
      if (state !== "live") state = "connecting";
      open();
      return state;
    },
    state() {
      return state;
    },
  };
}

if (typeof SharedWorkerGlobalScope !== "undefined") {
  // The name has the server's version in it: tabs of an older page have a worker of their own.
  const channel = new BroadcastChannel(self.location.pathname);
  let stream = null;
  self.onconnect = (event) => {
    const port = event.ports[0];
    if (!stream) {
      stream = pullcordStream((message) => channel.postMessage(message));
      return;
    }
    port.onmessage = ({ data }) => {
      port.postMessage({ state: data.whole ? stream.again() : stream.state() });
    };
  };
}
