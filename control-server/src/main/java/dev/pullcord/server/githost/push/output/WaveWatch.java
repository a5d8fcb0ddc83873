package dev.pullcord.server.githost.push.output;

import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.api.RolloutView.Wave;
import dev.pullcord.protocol.api.RolloutView.WaveState;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.server.view.FleetReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The waves of a deployment as a pusher watches them; silent where everyone is told at once. */
final class WaveWatch {
  private static final int NAMES_MAX = 5;

  private final FleetReader fleet;
  private final long deployment;
  private final Map<String, WaveState> shown = new HashMap<>();
  private @Nullable RolloutView rollout;
  private RolloutView.@Nullable State state;

  WaveWatch(FleetReader fleet, long deployment) {
    this.fleet = fleet;
    this.deployment = deployment;
  }

  /** Looks again, and gives out each wave and each state of the whole that is new. */
  void refresh(Consumer<String> out) {
    RolloutView now = fleet.rollout(deployment).filter(RolloutView::inWaves).orElse(null);
    rollout = now;
    if (now == null) {
      return;
    }
    if (state == null) {
      out.accept(
          "%s in %d waves; it continues without you if you end this push"
              .formatted(now.strategy(), now.waves().size()));
    }
    for (Wave wave : now.waves()) {
      WaveState before = shown.put(wave.name(), wave.state());
      if (wave.state() != WaveState.WAITING && wave.state() != before) {
        out.accept("%s %s: %s".formatted(wave.name(), wave.state().word(), names(wave)));
      }
    }
    if (now.state() != state) {
      boolean news = now.state() != RolloutView.State.RUNNING || state != null;
      state = now.state();
      if (news) {
        String why = now.reason().isEmpty() ? "" : ": " + now.reason();
        out.accept("the rollout is " + now.state().word() + why);
      }
    }
  }

  /** Whether it has ended without a person's word, so that what fails again is not waited for. */
  boolean halted() {
    return state == RolloutView.State.HALTED;
  }

  /** What the next wave waits for; empty where there is none. */
  Optional<String> waitingFor() {
    return Optional.ofNullable(rollout)
        .filter(r -> r.state() == RolloutView.State.RUNNING && !r.reason().isEmpty())
        .map(RolloutView::reason);
  }

  /** What a person does next about a rollout that does not go on; empty while it does. */
  Optional<String> next() {
    return Optional.ofNullable(rollout).flatMap(RolloutView::next);
  }

  private static String names(Wave wave) {
    return NameList.folded(wave.nodes().stream().map(NodeName::value).toList(), NAMES_MAX);
  }
}
