package dev.pullcord.server.dashboard.deployment;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.dashboard.Moment;
import dev.pullcord.server.dashboard.StateSign.Tone;
import dev.pullcord.server.view.FleetReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * One page of the history.
 *
 * @param rows newest first
 * @param next where the next page begins; null at the end
 */
record Listing(List<DeploymentLine> rows, @Nullable Long next) {
  static final int ROWS = 50;

  /** A state is worked out, not stored, so it is looked for; in so many deployments at a time. */
  private static final int LOOKED_AT_MAX = 1000;

  Listing {
    rows = List.copyOf(rows);
  }

  /**
   * What is asked for.
   *
   * @param ref a branch; null for all
   * @param state a state; null for all
   * @param before ids below this one
   */
  record Filter(@Nullable String ref, @Nullable DeploymentSign state, long before) {
    boolean any() {
      return ref != null || state != null;
    }

    /** The address of the newest of that branch and that state. */
    static String address(@Nullable String ref, @Nullable DeploymentSign state) {
      StringJoiner parameters = new StringJoiner("&");
      if (ref != null) {
        parameters.add("ref=" + URLEncoder.encode(ref, StandardCharsets.UTF_8));
      }
      if (state != null) {
        parameters.add("state=" + state.word());
      }
      return parameters.length() == 0 ? "/ui/deployments" : "/ui/deployments?" + parameters;
    }

    /** The address of the page that begins there. */
    String from(long id) {
      StringBuilder address = new StringBuilder("/ui/deployments?before=").append(id);
      if (ref != null) {
        address.append("&ref=").append(URLEncoder.encode(ref, StandardCharsets.UTF_8));
      }
      if (state != null) {
        address.append("&state=").append(state.word());
      }
      return address.toString();
    }
  }

  /** A deployment in a line. */
  record DeploymentLine(DeploymentView deployment) {
    DeploymentSign sign() {
      return DeploymentSign.of(deployment.shown());
    }

    Moment started() {
      return new Moment(deployment.startedAt());
    }

    /** Its sign: one that waits for what is held needs nobody. */
    String mark() {
      return sign() == DeploymentSign.INCOMPLETE && tone() == Tone.NONE ? "‖" : sign().sign();
    }

    Tone tone() {
      return Tone.of(deployment.severity());
    }

    int total() {
      return deployment.total();
    }

    int converged() {
      return deployment.converged();
    }

    String nodes() {
      return total() == 0
          ? "no node"
          : converged() + " of " + total() + (total() == 1 ? " node" : " nodes");
    }

    /** Of 100, for the bar. */
    double share() {
      return total() == 0 ? 0 : Math.round(1000.0 * converged() / total()) / 10.0;
    }

    /** From the push to the last node. */
    @Nullable String took() {
      return deployment.convergedAt() == null
          ? null
          : Durations.human(Duration.between(deployment.startedAt(), deployment.convergedAt()));
    }
  }

  static Listing read(FleetReader fleet, Filter filter) {
    List<DeploymentLine> rows = new ArrayList<>();
    long before = filter.before();
    for (int looked = 0; looked < LOOKED_AT_MAX; looked += ROWS) {
      List<DeploymentView> part = fleet.deployments(filter.ref(), before, ROWS);
      for (DeploymentView one : part) {
        before = one.id();
        if (filter.state() == null || one.shown() == filter.state().state()) {
          rows.add(new DeploymentLine(one));
        }
        if (rows.size() == ROWS) {
          return new Listing(rows, more(fleet, filter, before));
        }
      }
      if (part.size() < ROWS) {
        return new Listing(rows, null);
      }
    }
    return new Listing(rows, more(fleet, filter, before));
  }

  private static @Nullable Long more(FleetReader fleet, Filter filter, long before) {
    return fleet.deployments(filter.ref(), before, 1).isEmpty() ? null : (Long) before;
  }
}
