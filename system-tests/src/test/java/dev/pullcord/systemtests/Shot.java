package dev.pullcord.systemtests;

import java.util.List;
import java.util.SplittableRandom;

/** What happens to one of several servers, or to their database. */
enum Shot {
  /** The active server dies as by kill -9, and is started again. */
  KILL,
  /** The active server stands still until another one is active, and goes on. */
  PAUSE,
  /** The active server stands still for less than a lease. */
  HICCUP,
  /** Nothing passes between the active server and the database until another one is active. */
  CUT,
  /** A standby dies, and is started again. */
  KILL_STANDBY,
  /** The database dies, and is started again. */
  DATABASE;

  private static final List<Shot> OFTEN = List.of(KILL, KILL, PAUSE, CUT);

  /** The one with that number of a run with that seed; each kind comes among the first six. */
  static Shot of(long seed, int number) {
    List<Shot> all = List.of(KILL, PAUSE, CUT, DATABASE, HICCUP, KILL_STANDBY);
    if (number < all.size()) {
      return all.get(number);
    }
    SplittableRandom random = new SplittableRandom(seed * 31 + number);
    return random.nextBoolean()
        ? OFTEN.get(random.nextInt(OFTEN.size()))
        : all.get(random.nextInt(all.size()));
  }
}
