package dev.pullcord.protocol.manifest.node;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The manifest's {@code rollout}: how a commit spreads over the nodes that follow its ref.
 *
 * @param strategy in which order
 * @param maxUnavailable how many nodes may be away from converged at once because of it
 * @param failureBudget so many nodes may fail; one more halts the rollout
 * @param onHalt what becomes of nodes that have the commit when it halts
 * @param deadline a node that takes longer counts as failed
 */
public record RolloutSpec(
    Strategy strategy,
    NodeShare maxUnavailable,
    int failureBudget,
    OnHalt onHalt,
    Duration deadline) {
  /** The deadline of a manifest that names none. */
  public static final Duration DEADLINE = Duration.ofMinutes(30);

  /** What a manifest without a {@code rollout} asks for: everyone at once. */
  public static final RolloutSpec ALL_AT_ONCE =
      new RolloutSpec(new Strategy.All(), NodeShare.ALL, 0, OnHalt.STAY, DEADLINE);

  /** What becomes of nodes that have the commit when its rollout halts. */
  public enum OnHalt {
    /** They keep it. */
    STAY,
    /** They get back what they ran before. */
    ROLLBACK
  }

  /**
   * In which order nodes get the commit. {@code server.rollout.RolloutTurn} gives each strategy its
   * turns; what else the server has to know of one, it answers here.
   */
  public sealed interface Strategy {
    /** Those that their word says all about. */
    List<Strategy> PLAIN = List.of(new All(), new Rolling(), new Barrier());

    /** The word of the manifest. */
    String word();

    /** Whether it looks at {@code max-unavailable}. */
    default boolean looksAtUnavailable() {
      return false;
    }

    /** Whether some nodes have to prove the commit before the rollout can be done. */
    default boolean hasGate() {
      return false;
    }

    /** Which nodes get the commit before the others; empty where none does. */
    default Optional<CanaryNodes> first() {
      return Optional.empty();
    }

    /** Whether those that do not go first go in waves, as many as may be unavailable. */
    default boolean thenRolling() {
      return looksAtUnavailable();
    }

    /** Whether nodes get the commit ready first, and switch to it when the gate opens. */
    default boolean readiesFirst() {
      return false;
    }

    /** Everyone at once. */
    record All() implements Strategy {
      @Override
      public String word() {
        return "all";
      }
    }

    /** By name, as many at a time as may be unavailable. */
    record Rolling() implements Strategy {
      @Override
      public String word() {
        return "rolling";
      }

      @Override
      public boolean looksAtUnavailable() {
        return true;
      }
    }

    /**
     * A few first; the rest once these have run it well for a while.
     *
     * @param nodes which go first
     * @param hold for how long all of them must have been converged
     * @param thenRolling whether the rest goes as {@link Rolling}, else as {@link All}
     */
    record Canary(CanaryNodes nodes, Duration hold, boolean thenRolling) implements Strategy {
      /** The word of the manifest. */
      public static final String WORD = "canary";

      @Override
      public String word() {
        return WORD;
      }

      @Override
      public Optional<CanaryNodes> first() {
        return Optional.of(nodes);
      }

      @Override
      public boolean looksAtUnavailable() {
        return true;
      }

      @Override
      public boolean hasGate() {
        return true;
      }
    }

    /** Everyone gets ready; then all switch at once. */
    record Barrier() implements Strategy {
      @Override
      public String word() {
        return "barrier";
      }

      @Override
      public boolean hasGate() {
        return true;
      }

      @Override
      public boolean readiesFirst() {
        return true;
      }
    }
  }

  /** Which nodes go first. */
  public sealed interface CanaryNodes {
    /** Those with these labels. */
    record Matching(Map<String, String> labels) implements CanaryNodes {
      /** Copies. */
      public Matching {
        labels = Map.copyOf(labels);
      }
    }

    /** So many, the first by name. */
    record First(int count) implements CanaryNodes {}
  }
}
