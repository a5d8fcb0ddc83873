package dev.pullcord.agent.channel;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.agent.http.EventStream;
import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.protocol.desired.DesiredState;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Leaves a server that hangs. One of several servers says something every 5 s; when it was silent
 * for longer, the others are asked again and again, and the stream stays open. The first one that
 * answers as the active server is gone to. So a network that is merely slow changes nothing: then
 * no other server is active.
 */
public final class SilenceWatch {
  private static final Duration SILENCE = Duration.ofSeconds(8);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final Duration SPREAD = Duration.ofSeconds(1);
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(3);

  private final ServerRotation rotation;
  private final HostClock clock;
  private final RandomGenerator random;
  private volatile @Nullable Long beganAt;
  private boolean asking;
  private long nextAt;

  /**
   * @param random spreads the nodes of a fleet
   */
  public SilenceWatch(ServerRotation rotation, HostClock clock, RandomGenerator random) {
    this.rotation = rotation;
    this.clock = clock;
    this.random = random;
  }

  /** Which server is spoken to. */
  ServerRotation rotation() {
    return rotation;
  }

  /** A session is opened at the server of now, and its stream after it. */
  public void begins() {
    beganAt = clock.nanos();
  }

  /** Nothing is waited for. */
  public void ends() {
    beganAt = null;
  }

  /**
   * To be called every second or so; it can take some seconds.
   *
   * @param stream that of the server of now; null where it has none yet
   * @return why another server is spoken to from now on; empty where nothing was changed
   */
  public Optional<Answer<?>> tick(@Nullable EventStream stream) {
    Duration silence = silence(stream);
    if (rotation.size() < 2 || silence.compareTo(SILENCE) < 0) {
      if (asking) {
        asking = false;
        rotation.http().askNobodyElse();
      }
      return Optional.empty();
    }
    long now = clock.nanos();
    if (!asking) {
      asking = true;
      nextAt = now + random.nextLong(SPREAD.toNanos());
    }
    if (now < nextAt) {
      return Optional.empty();
    }
    nextAt = now + AGAIN.toNanos() + random.nextLong(SPREAD.toNanos());
    return ask(silence);
  }

  private Duration silence(@Nullable EventStream stream) {
    Long began = beganAt;
    if (began == null) {
      return Duration.ZERO;
    }
    return stream == null ? Duration.ofNanos(clock.nanos() - began) : stream.silence();
  }

  private Optional<Answer<?>> ask(Duration silence) {
    String from = rotation.url();
    for (ServerAddress other : rotation.others()) {
      Answer<DesiredState> answer =
          rotation.http().ask(other, "/agent/v1/desired", DesiredState.class, ANSWERED_WITHIN);
      if (answer instanceof Answer.Value<?>) {
        return rotation.goOver(from, other)
            ? Optional.of(
                new Answer.Failed<>(
                    Answer.Why.TIMEOUT, from + " said nothing for " + silence.toSeconds() + " s"))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }
}
