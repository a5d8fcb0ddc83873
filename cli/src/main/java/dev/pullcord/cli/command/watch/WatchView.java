package dev.pullcord.cli.command.watch;

/**
 * What whoever watches wants to see of a picture.
 *
 * @param keys whether keys are read, which the last row then says
 * @param behindOnly only nodes that are not converged
 * @param help whether the keys are explained
 * @param top how many lines are scrolled away
 */
record WatchView(boolean keys, boolean behindOnly, boolean help, int top) {
  /** Everything, from the top. */
  static WatchView from(boolean keys) {
    return new WatchView(keys, false, false, 0);
  }

  /**
   * After a key.
   *
   * @param furthest how many lines can be scrolled away at most
   */
  WatchView after(WatchKey key, int furthest) {
    return switch (key) {
      case UP -> scrolled(top - 1, furthest);
      case DOWN -> scrolled(top + 1, furthest);
      case TOP -> scrolled(0, furthest);
      case BEHIND -> new WatchView(keys, !behindOnly, help, 0);
      case HELP -> new WatchView(keys, behindOnly, !help, top);
      case QUIT -> this;
    };
  }

  private WatchView scrolled(int to, int furthest) {
    return new WatchView(keys, behindOnly, help, Math.clamp(to, 0, Math.max(0, furthest)));
  }
}
