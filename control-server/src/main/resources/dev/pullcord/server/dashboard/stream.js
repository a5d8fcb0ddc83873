// The one event stream of this browser. Loaded as a SharedWorker it serves all tabs; a browser
// without shared workers runs it in the page. What it hears it tells, as one of {state}, {beat},
// {fleet}, {patch}. Each edition of the fleet has a mark; {fleet} is the mark alone: a page with
// another one is to be fetched anew.
"use strict";

function pullcordStream(tell) {
  const DEAD_AFTER_MS = 40000; // The server speaks every 15 s.
  const RETRY_MS = [500, 1000, 2000, 5000];
  let source = null;
  let failures = 0;
  let timer = 0;
  let state = "connecting";
  let mark = null;

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
    say(state); // a page that hears nothing for 45 s has a stream of its own
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
      mark = event.data;
      tell({ fleet: mark });
    });
    source.addEventListener("patch", (event) => {
      heard();
      const patch = JSON.parse(event.data);
      mark = patch.to;
      tell({ patch });
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
    // For a tab that comes later: it may be older than what was told last.
    now() {
      return { state, fleet: mark };
    },
  };
}

if (typeof SharedWorkerGlobalScope !== "undefined") {
  // The name has the server's version in it: tabs of an older page have a worker of their own.
  const channel = new BroadcastChannel(self.location.pathname);
  let stream = null;
  self.onconnect = (event) => {
    const port = event.ports[0];
    if (!stream || stream.now().state === "signed-out") {
      stream = pullcordStream((message) => channel.postMessage(message));
      return;
    }
    port.onmessage = ({ data }) => {
      const { state, fleet } = stream.now();
      port.postMessage(data.whole ? { state, fleet } : { state });
    };
  };
}
