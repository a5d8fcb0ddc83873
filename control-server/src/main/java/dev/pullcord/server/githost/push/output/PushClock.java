package dev.pullcord.server.githost.push.output;

import java.time.Duration;

/** Time as one push sees it; a test turns it by hand. */
public interface PushClock {
  /** Since the push's refs moved; never goes back. */
  Duration elapsed();

  /** Returns when the fleet has changed since the last call, or after this time. */
  void await(Duration atMost);

  /** Whether the server is about to stop. */
  boolean stopping();

  /** What ends it. */
  default String why() {
    return "server stopping";
  }
}
