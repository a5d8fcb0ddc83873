package dev.pullcord.server.dashboard;

import dev.pullcord.server.security.Principal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who is signed in with a browser. In memory: a restart of the server signs everybody out. A
 * session ends twelve hours after it began, however busy it is, and when its person signs out; over
 * the bound the oldest one goes.
 */
final class Sessions {
  static final Duration LIFE = Duration.ofHours(12);
  static final int SESSIONS_MAX = 1000;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final InstantSource clock;
  private final Map<String, Session> sessions = new LinkedHashMap<>();

  private record Session(Principal who, Instant until) {}

  Sessions(InstantSource clock) {
    this.clock = clock;
  }

  /** Signs somebody in. The answer is a secret: 256 random bits. */
  synchronized String begin(Principal who) {
    Instant now = clock.instant();
    sessions.values().removeIf(s -> !now.isBefore(s.until()));
    if (sessions.size() >= SESSIONS_MAX) {
      sessions.remove(sessions.keySet().iterator().next());
    }
    String id = random();
    sessions.put(id, new Session(who, now.plus(LIFE)));
    return id;
  }

  /** Whose session it is, while it lasts. */
  synchronized Optional<Principal> find(String id) {
    return Optional.ofNullable(sessions.get(id))
        .filter(s -> clock.instant().isBefore(s.until()))
        .map(Session::who);
  }

  /** Signs out. */
  synchronized void end(String id) {
    sessions.remove(id);
  }

  /** Something that nobody can guess. */
  static String random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
