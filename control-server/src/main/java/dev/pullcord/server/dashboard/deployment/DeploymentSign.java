package dev.pullcord.server.dashboard.deployment;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.server.dashboard.StateSign.Tone;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a deployment's state looks: never by colour alone. */
enum DeploymentSign {
  RUNNING(DeploymentView.State.RUNNING, "▸", Tone.BUSY),
  CONVERGED(DeploymentView.State.CONVERGED, "✓", Tone.GOOD),
  INCOMPLETE(DeploymentView.State.INCOMPLETE, "✗", Tone.BAD),
  SUPERSEDED(DeploymentView.State.SUPERSEDED, "–", Tone.NONE);

  private final DeploymentView.State state;
  private final String sign;
  private final Tone tone;

  DeploymentSign(DeploymentView.State state, String sign, Tone tone) {
    this.state = state;
    this.sign = sign;
    this.tone = tone;
  }

  static DeploymentSign of(DeploymentView.State state) {
    return valueOf(state.name());
  }

  /** The one that is called so in an address. */
  static Optional<DeploymentSign> named(String word) {
    return Arrays.stream(values()).filter(s -> s.word().equals(word)).findFirst();
  }

  DeploymentView.State state() {
    return state;
  }

  String sign() {
    return sign;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  Tone tone() {
    return tone;
  }
}
