package dev.pullcord.server.dashboard.session;

import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.AuditTable;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is signed in with a browser. In memory: a restart of the server signs everybody out. A
 * session ends twelve hours after it began, however busy it is, after two hours without a request,
 * when its person signs out, and with the token that began it; over the bound the oldest one goes.
 */
public final class BrowserSessions {
  /** How long a session lasts at most. */
  public static final Duration LIFE = Duration.ofHours(12);

  /** How long without a request or an open stream. */
  public static final Duration IDLE = Duration.ofHours(2);

  static final int SESSIONS_MAX = 1000;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final InstantSource clock;
  private final Map<String, Session> sessions = new LinkedHashMap<>();

  /** None yet. */
  public BrowserSessions(InstantSource clock) {
    this.clock = clock;
  }

  private static final class Session {
    private final Principal who;
    private final BooleanSupplier tokenWorks;
    private final Instant until;
    private Instant usedAt;
    private @Nullable Note note;

    Session(Principal who, BooleanSupplier tokenWorks, Instant now) {
      this.who = who;
      this.tokenWorks = tokenWorks;
      this.until = now.plus(LIFE);
      this.usedAt = now;
    }

    boolean lasts(Instant now) {
      return now.isBefore(until) && now.isBefore(usedAt.plus(IDLE)) && tokenWorks.getAsBoolean();
    }
  }

  /**
   * What the next page says about the form that was sent.
   *
   * @param good whether it was done
   * @param text what was done, or why not
   */
  public record Note(boolean good, String text) {}

  /**
   * Signs somebody in. The answer is a secret: 256 random bits.
   *
   * @param tokenWorks whether the token that began the session still works; asked at every request
   */
  public synchronized String begin(Principal who, BooleanSupplier tokenWorks) {
    Instant now = clock.instant();
    sessions.values().removeIf(s -> !s.lasts(now));
    if (sessions.size() >= SESSIONS_MAX) {
      sessions.remove(sessions.keySet().iterator().next());
    }
    String id = random();
    sessions.put(id, new Session(who, tokenWorks, now));
    return id;
  }

  /** Whose session it is, while it lasts; keeps it from ending of idleness. */
  public synchronized Optional<Principal> find(String id) {
    Instant now = clock.instant();
    return Optional.ofNullable(sessions.get(id))
        .filter(s -> s.lasts(now))
        .map(s -> {
          s.usedAt = now;
          return s.who;
        });
  }

  /** Leaves a word for the next page of a session. */
  public synchronized void tell(String id, Note note) {
    Session session = sessions.get(id);
    if (session != null) {
      session.note = note;
    }
  }

  /** That word, once. */
  public synchronized @Nullable Note takeNote(String id) {
    Session session = sessions.get(id);
    if (session == null) {
      return null;
    }
    Note note = session.note;
    session.note = null;
    return note;
  }

  /** Signs out. */
  public synchronized void end(String id) {
    sessions.remove(id);
  }

  /**
   * A browser that somebody is signed in with, without what would be its secret.
   *
   * @param began when it was signed in
   * @param used when it last asked for something
   * @param from where it was signed in; null when that is not known
   * @param own whether it is the one that asks
   */
  public record SignedInBrowser(
      Instant began, Instant used, AuditTable.@Nullable Source from, boolean own) {}

  /** The browsers that somebody is signed in with, the newest first. */
  public synchronized List<SignedInBrowser> of(String owner, String own) {
    Instant now = clock.instant();
    List<SignedInBrowser> shown = new ArrayList<>();
    sessions.forEach((id, s) -> {
      if (s.who.owner().equals(owner) && s.lasts(now)) {
        shown.addFirst(
            new SignedInBrowser(s.until.minus(LIFE), s.usedAt, s.who.from(), id.equals(own)));
      }
    });
    return shown;
  }

  /** Signs all browsers of somebody out but one; how many those were. */
  public synchronized int endOthers(String owner, String own) {
    int before = sessions.size();
    sessions
        .entrySet()
        .removeIf(e -> !e.getKey().equals(own) && e.getValue().who.owner().equals(owner));
    return before - sessions.size();
  }

  /** Signs all browsers of somebody out; how many those were. */
  public synchronized int endAll(String owner) {
    int before = sessions.size();
    sessions.values().removeIf(s -> s.who.owner().equals(owner));
    return before - sessions.size();
  }

  /** Something that nobody can guess. */
  public static String random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
