package dev.pullcord.server.dashboard.deployment;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How a deployment's nodes got there, counted from the push, or from its joining if that was later.
 * A percentile is over all nodes, also those that are not there yet: p95 is the time at which 95 of
 * 100 ran it, and there is none before they do.
 *
 * @param millis when each node that ran the commit first did, in order
 * @param members how many nodes there are
 * @param elapsed how far the curve goes beyond its last node, while it runs; null afterwards
 */
record Curve(List<Long> millis, int members, @Nullable Long elapsed) {
  private static final int POINTS_MAX = 400;

  /** A picture says more than a line of figures from so many nodes, or so long a time, on. */
  private static final int MEMBERS_DRAWN = 20;

  private static final long MILLIS_DRAWN = 30_000;
  private static final int[] SHARES = {10, 25, 50, 75, 90, 95, 100};

  Curve {
    millis = List.copyOf(millis);
  }

  /**
   * A line of the table beside the curve.
   *
   * @param percent of the nodes
   * @param nodes how many that are
   * @param time after which they ran it; null before
   */
  record Share(int percent, int nodes, @Nullable String time) {}

  /** What the script draws; times in seconds. */
  record Data(List<Double> seconds, List<Integer> nodes, int members, List<Mark> marks) {}

  /** A line across the curve. */
  record Mark(String name, double second) {}

  static Curve of(DeploymentView deployment, Instant now) {
    List<Long> millis =
        deployment.members().stream()
            .filter(m -> m.convergedAt() != null)
            .map(m -> since(deployment.countedFrom(m), m.convergedAt()))
            .sorted()
            .toList();
    boolean runs = deployment.state() == DeploymentView.State.RUNNING;
    return new Curve(
        millis, deployment.members().size(), runs ? since(deployment.startedAt(), now) : null);
  }

  private static long since(Instant start, Instant at) {
    return Math.max(0, Duration.between(start, at).toMillis());
  }

  /** By nearest rank. */
  private @Nullable Long percentile(int percent) {
    int rank = rank(percent);
    return rank == 0 || rank > millis.size() ? null : millis.get(rank - 1);
  }

  private int rank(int percent) {
    return (int) ((percent * (long) members + 99) / 100);
  }

  /** Whether the curve is worth a picture; waiting for the last node alone makes it none. */
  boolean drawn() {
    return !millis.isEmpty() && (members >= MEMBERS_DRAWN || millis.getLast() >= MILLIS_DRAWN);
  }

  /** How many of its nodes ever ran it; a node that ran it and moved on is among them. */
  int ran() {
    return millis.size();
  }

  @Nullable String p50() {
    return words(percentile(50));
  }

  @Nullable String p95() {
    return words(percentile(95));
  }

  /** When the last one of all got there. */
  @Nullable String last() {
    return words(percentile(100));
  }

  List<Share> shares() {
    return IntStream.of(SHARES).mapToObj(p -> new Share(p, rank(p), words(percentile(p)))).toList();
  }

  private static @Nullable String words(@Nullable Long millis) {
    return millis == null ? null : Durations.human(Duration.ofMillis(millis));
  }

  /** For the script, as JSON. Of many nodes a part of the points is enough to draw. */
  String json() {
    List<Double> seconds = new ArrayList<>(List.of(0.0));
    List<Integer> nodes = new ArrayList<>(List.of(0));
    int step = Math.max(1, (millis.size() + POINTS_MAX - 1) / POINTS_MAX);
    for (int i = 0; i < millis.size(); i++) {
      if (i % step == 0 || i == millis.size() - 1) {
        seconds.add(millis.get(i) / 1000.0);
        nodes.add(i + 1);
      }
    }
    if (elapsed != null && elapsed / 1000.0 > seconds.getLast()) {
      seconds.add(elapsed / 1000.0);
      nodes.add(millis.size());
    }
    List<Mark> marks = new ArrayList<>();
    for (int percent : new int[] {50, 95}) {
      Long at = percentile(percent);
      if (at != null) {
        marks.add(new Mark("p" + percent, at / 1000.0));
      }
    }
    return PullcordJson.write(new Data(seconds, nodes, members, marks));
  }
}
