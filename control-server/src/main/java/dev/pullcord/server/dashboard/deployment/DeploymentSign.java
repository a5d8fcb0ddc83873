package dev.pullcord.server.dashboard.deployment;

import dev.pullcord.protocol.api.DeploymentView;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a deployment's state looks: never by colour alone. */
enum DeploymentSign {
  RUNNING(DeploymentView.State.RUNNING, "▸"),
  CONVERGED(DeploymentView.State.CONVERGED, "✓"),
  INCOMPLETE(DeploymentView.State.INCOMPLETE, "✗"),
  SUPERSEDED(DeploymentView.State.SUPERSEDED, "–");

  private final DeploymentView.State state;
  private final String sign;

  DeploymentSign(DeploymentView.State state, String sign) {
    this.state = state;
    this.sign = sign;
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
}
