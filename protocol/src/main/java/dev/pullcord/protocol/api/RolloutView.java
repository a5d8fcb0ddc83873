package dev.pullcord.protocol.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.unit.ShellWord;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a deployment spreads over its nodes: {@code GET /api/v1/rollouts/{ref}}.
 *
 * @param deployment whose rollout it is
 * @param ref the branch
 * @param commit what it brings
 * @param strategy {@code all}, {@code rolling}, {@code canary} or {@code barrier}
 * @param state where it is
 * @param reason one line: why it is there, or what it waits for; empty where nothing is to be said
 * @param by who gave the last order; who pushed, while nobody did
 * @param waves nodes that go together, in their order
 * @param released how many nodes were given the commit
 * @param members how many nodes it is for
 * @param failed how many of them failed, forgiven ones left out
 * @param budget how many may
 */
public record RolloutView(
    long deployment,
    String ref,
    CommitId commit,
    String strategy,
    State state,
    String reason,
    String by,
    List<Wave> waves,
    int released,
    int members,
    int failed,
    int budget) {
  /** Copies. */
  public RolloutView {
    waves = List.copyOf(waves);
  }

  /** Where a rollout is. */
  public enum State {
    /** It goes on by itself. */
    @JsonProperty("running")
    RUNNING,
    /** An operator stopped it. */
    @JsonProperty("paused")
    PAUSED,
    /** More nodes failed than may; it waits for a person. */
    @JsonProperty("halted")
    HALTED,
    /** Every node that could be reached has the commit. */
    @JsonProperty("done")
    DONE,
    /** A newer commit took its place. */
    @JsonProperty("superseded")
    SUPERSEDED;

    /** The word on the wire. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Nodes that go together.
   *
   * @param name {@code canary}, {@code wave 2}, {@code late}, or {@code everyone}
   * @param nodes in the order in which they go
   * @param state where it is
   */
  public record Wave(String name, List<NodeName> nodes, WaveState state) {
    /** Copies. */
    public Wave {
      nodes = List.copyOf(nodes);
    }
  }

  /** Where a wave is. */
  public enum WaveState {
    /** None of its nodes was given the commit. */
    @JsonProperty("waiting")
    WAITING,
    /** Some were given it, and not all that can be reached run it. */
    @JsonProperty("running")
    RUNNING,
    /** All that can be reached run it. */
    @JsonProperty("done")
    DONE,
    /** Some failed. */
    @JsonProperty("failed")
    FAILED;

    /** The word on the wire. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether it has waves, and so something that can be ordered. */
  public boolean inWaves() {
    return !strategy.equals("all") || waves.size() > 1;
  }

  /** Whether an order can still be given. */
  public boolean takesOrders() {
    return state == State.RUNNING || state == State.PAUSED || state == State.HALTED;
  }

  /**
   * What a person does next about a rollout that does not go on by itself; empty while it does. A
   * canary that failed holds the others also after a resume: it has to run the commit well, or to
   * be passed over.
   */
  public Optional<String> next() {
    return switch (state) {
      case PAUSED -> Optional.of("next: to go on, pullcord resume " + ShellWord.of(ref));
      case HALTED ->
          Optional.of(
              "next: push a mended commit; or, to go on all the same: "
                  + (canaryIsOut() ? pastTheCanary() : "pullcord resume " + ShellWord.of(ref)));
      case RUNNING ->
          canaryIsOut()
              ? Optional.of(
                  "next: %s; or, to go on without the canary: pullcord promote %s"
                      .formatted(retryOfTheCanary(), ShellWord.of(ref)))
              : Optional.empty();
      case DONE, SUPERSEDED -> Optional.empty();
    };
  }

  private String pastTheCanary() {
    String word = ShellWord.of(ref);
    return "without the canary, pullcord promote %s; with it, pullcord resume %s, then %s"
        .formatted(word, word, retryOfTheCanary());
  }

  /** Whether its canary failed and all others wait for it: a resume alone brings them nothing. */
  public boolean canaryIsOut() {
    return canary().filter(first -> first.state() == WaveState.FAILED).isPresent()
        && waves.size() > 1
        && waves.stream().skip(1).allMatch(wave -> wave.state() == WaveState.WAITING);
  }

  /** Its canaries, while some of them are left. */
  private Optional<Wave> canary() {
    return waves.stream().findFirst().filter(first -> first.name().equals("canary"));
  }

  private String retryOfTheCanary() {
    List<NodeName> nodes = canary().map(Wave::nodes).orElse(List.of());
    return "pullcord retry " + (nodes.size() == 1 ? nodes.getFirst().value() : "NODE");
  }

  /**
   * All of them: {@code GET /api/v1/rollouts}.
   *
   * @param rollouts those of the newest deployments, in order of branch
   */
  public record All(List<RolloutView> rollouts) {}

  /**
   * {@code POST /api/v1/rollouts/{ref}/pause}, {@code …/resume} and {@code …/promote}.
   *
   * @param reason 1 to 500 characters; to be given with {@code pause}
   * @param commit the order is refused where another commit is rolled out; null for any
   */
  public record Request(
      @Nullable String reason,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CommitId commit) {}
}
