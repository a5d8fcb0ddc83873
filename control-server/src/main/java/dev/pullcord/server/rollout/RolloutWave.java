package dev.pullcord.server.rollout;

import dev.pullcord.protocol.manifest.node.RolloutSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Nodes that go together, for people to follow a rollout by. Nodes of a rolling deployment do not
 * wait for the end of their wave: the next one goes as soon as one is back, so that a wave may
 * begin while the last node of the one before it is under way.
 *
 * @param number from 1
 * @param of how many waves there are
 * @param name {@code canary}, {@code wave 2}, {@code late}, or {@code everyone}
 * @param nodes in the order in which they go
 */
public record RolloutWave(int number, int of, String name, List<String> nodes) {
  /** Copies. */
  public RolloutWave {
    nodes = List.copyOf(nodes);
  }

  /** {@code wave 2 of 3}. */
  String place() {
    return "wave %d of %d".formatted(number, of);
  }

  /**
   * The waves of a rollout.
   *
   * @param everyone its nodes now; who joined after it began comes last
   */
  public static List<RolloutWave> of(
      RolloutSpec spec, Rollout rollout, Collection<String> everyone) {
    List<String> rest = new ArrayList<>(rollout.members());
    List<String> names = new ArrayList<>();
    List<List<String>> waves = new ArrayList<>();
    if (spec.strategy().first().isPresent()) {
      names.add("canary");
      waves.add(List.copyOf(rollout.canaries()));
      rest.removeAll(rollout.canaries());
    }
    int most =
        spec.strategy().thenRolling()
            ? spec.maxUnavailable().of(rollout.members().size())
            : Math.max(1, rollout.members().size());
    for (int from = 0; from < rest.size(); from += most) {
      names.add("wave " + (waves.size() + 1));
      waves.add(rest.subList(from, Math.min(rest.size(), from + most)));
    }
    TreeSet<String> late = new TreeSet<>(everyone);
    late.removeAll(rollout.members());
    late.removeAll(rollout.canaries());
    if (!late.isEmpty()) {
      names.add("late");
      waves.add(List.copyOf(late));
    }
    List<RolloutWave> all = new ArrayList<>();
    for (int i = 0; i < waves.size(); i++) {
      String name = waves.size() == 1 ? "everyone" : names.get(i);
      all.add(new RolloutWave(i + 1, waves.size(), name, waves.get(i)));
    }
    return all;
  }
}
