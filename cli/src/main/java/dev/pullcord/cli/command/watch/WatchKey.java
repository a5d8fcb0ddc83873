package dev.pullcord.cli.command.watch;

/** What a key does while the fleet is watched. */
enum WatchKey {
  /** Ends the watch. */
  QUIT,
  /** A line up. */
  UP,
  /** A line down. */
  DOWN,
  /** To the top. */
  TOP,
  /** Only what is not converged, or everything again. */
  BEHIND,
  /** Says what the keys do, or no longer. */
  HELP
}
