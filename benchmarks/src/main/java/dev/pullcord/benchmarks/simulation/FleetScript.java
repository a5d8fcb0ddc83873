package dev.pullcord.benchmarks.simulation;

import java.util.SplittableRandom;

/**
 * What each node does with each push. It follows from the seed alone: two runs with the same seed
 * and the same chances have the same nodes fail, restart and lose their connections.
 *
 * @param seed any number
 * @param workMillisMin the shortest time that a node needs between the commit and its outcome
 * @param workMillisMax the longest
 * @param failPercent how many of a hundred nodes fail on a push, and say so
 * @param restartPercent how many have their agent start anew when they hear of a push
 * @param cutPercent how many lose all of their connections when they hear of a push
 */
record FleetScript(
    long seed,
    long workMillisMin,
    long workMillisMax,
    int failPercent,
    int restartPercent,
    int cutPercent) {
  private static final int PERCENT = 100;
  private static final long NODE_STEP = 0x9E3779B97F4A7C15L;
  private static final long PUSH_STEP = 0xC2B2AE3D27D4EB4FL;

  /**
   * What one node does with one push.
   *
   * @param workMillis how long it works on the commit
   * @param fails whether it ends as rolled back
   * @param restarts whether its agent starts anew first
   * @param cut whether its connections are cut first
   */
  record Turn(long workMillis, boolean fails, boolean restarts, boolean cut) {}

  /** Both from 0. */
  Turn turn(int node, int push) {
    SplittableRandom random =
        new SplittableRandom(seed + NODE_STEP * (node + 1) + PUSH_STEP * (push + 1));
    long work = random.nextLong(workMillisMin, workMillisMax + 1);
    boolean fails = random.nextInt(PERCENT) < failPercent;
    boolean restarts = random.nextInt(PERCENT) < restartPercent;
    boolean cut = random.nextInt(PERCENT) < cutPercent;
    return new Turn(work, fails, restarts, cut);
  }

  /** The source of a node's own jitter. */
  SplittableRandom jitter(int node) {
    return new SplittableRandom(seed - NODE_STEP * (node + 1));
  }
}
