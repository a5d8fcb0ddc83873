package dev.pullcord.server.dashboard.session;

import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.token.Secrets;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.SessionTable;
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
 * Who is signed in with a browser. What a {@link SessionKeeper} keeps outlives a restart of the
 * server; the ids are secrets, so that only their hashes are held. A session ends twelve hours
 * after it began, however busy it is, after two hours without a request, when its person signs out,
 * and with the token that began it; over the bound the oldest one goes. That of a screen on a wall
 * lasts as long as browsers keep a cookie, busy or not.
 */
public final class BrowserSessions {
  /** How long a session lasts at most. */
  public static final Duration LIFE = Duration.ofHours(12);

  /** How long that of a screen on a wall lasts: browsers keep no cookie for longer. */
  static final Duration SCREEN_LIFE = Duration.ofDays(400);

  /** How long without a request or an open stream. */
  public static final Duration IDLE = Duration.ofHours(2);

  /** After a restart a session may seem to be idle for so much longer than it was. */
  static final Duration KEEP_EVERY = Duration.ofMinutes(5);

  static final int SESSIONS_MAX = 1000;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final InstantSource clock;
  private final SessionKeeper keeper;
  private final Map<String, Session> sessions = new LinkedHashMap<>();

  /** Those that were kept. */
  public BrowserSessions(InstantSource clock, SessionKeeper keeper) {
    this.clock = clock;
    this.keeper = keeper;
    keeper
        .kept()
        .forEach((row, who) -> {
          BooleanSupplier works = () -> keeper.owner(row.tokenId()).isPresent();
          sessions.put(row.idHash(), new Session(who, works, row));
        });
  }

  private static final class Session {
    private final Principal who;
    private final BooleanSupplier tokenWorks;
    private final SessionTable.StoredSession begun;
    private final Instant until;
    private Instant usedAt;
    private Instant keptAt;
    private @Nullable Note note;

    Session(Principal who, BooleanSupplier tokenWorks, SessionTable.StoredSession begun) {
      this.who = who;
      this.tokenWorks = tokenWorks;
      this.begun = begun;
      this.until = begun.until();
      this.usedAt = begun.usedAt();
      this.keptAt = begun.usedAt();
    }

    boolean lasts(Instant now) {
      boolean used = isScreen(who) || now.isBefore(usedAt.plus(IDLE));
      return used && now.isBefore(until) && tokenWorks.getAsBoolean();
    }
  }

  /**
   * What the next page says about the form that was sent.
   *
   * @param good whether it was done
   * @param text what was done, or why not
   */
  public record Note(boolean good, String text) {}

  /** How long a session of theirs lasts at most. */
  public static Duration life(Principal who) {
    return isScreen(who) ? SCREEN_LIFE : LIFE;
  }

  private static boolean isScreen(Principal who) {
    return who.role() == Principal.Role.WALL;
  }

  /**
   * Signs somebody in. The answer is a secret: 256 random bits.
   *
   * @param tokenWorks whether the token that began the session still works; asked at every request
   * @param tokenId of that token; null where the session is not to outlive this server
   */
  public synchronized String begin(
      Principal who, BooleanSupplier tokenWorks, @Nullable String tokenId) {
    Instant now = clock.instant();
    List.copyOf(sessions.entrySet()).stream()
        .filter(e -> !e.getValue().lasts(now))
        .forEach(e -> forget(e.getKey()));
    if (sessions.size() >= SESSIONS_MAX) {
      forget(sessions.keySet().iterator().next());
    }
    String id = random();
    String from = who.from() == null ? "" : who.from().address();
    SessionTable.StoredSession row =
        new SessionTable.StoredSession(
            Secrets.hash(id), tokenId == null ? "" : tokenId, from, now.plus(life(who)), now);
    sessions.put(row.idHash(), new Session(who, tokenWorks, row));
    if (tokenId != null) {
      keeper.put(row);
    }
    return id;
  }

  /** Whose session it is, while it lasts; keeps it from ending of idleness. */
  public synchronized Optional<Principal> find(String id) {
    Instant now = clock.instant();
    return Optional.ofNullable(sessions.get(Secrets.hash(id)))
        .filter(s -> s.lasts(now))
        .map(s -> {
          used(s, now);
          return s.who;
        });
  }

  /** A page that is open asks often; the store is told now and then. */
  private void used(Session session, Instant now) {
    session.usedAt = now;
    SessionTable.StoredSession row = session.begun;
    if (!row.tokenId().isEmpty() && now.isAfter(session.keptAt.plus(KEEP_EVERY))) {
      session.keptAt = now;
      keeper.put(
          new SessionTable.StoredSession(
              row.idHash(), row.tokenId(), row.address(), row.until(), now));
    }
  }

  private void forget(String idHash) {
    Session gone = sessions.remove(idHash);
    if (gone != null && !gone.begun.tokenId().isEmpty()) {
      keeper.remove(idHash);
    }
  }

  /** Leaves a word for the next page of a session. */
  public synchronized void tell(String id, Note note) {
    Session session = sessions.get(Secrets.hash(id));
    if (session != null) {
      session.note = note;
    }
  }

  /** That word, once. */
  public synchronized @Nullable Note takeNote(String id) {
    Session session = sessions.get(Secrets.hash(id));
    if (session == null) {
      return null;
    }
    Note note = session.note;
    session.note = null;
    return note;
  }

  /** Signs out. */
  public synchronized void end(String id) {
    forget(Secrets.hash(id));
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
            new SignedInBrowser(
                s.until.minus(life(s.who)), s.usedAt, s.who.from(), id.equals(Secrets.hash(own))));
      }
    });
    return shown;
  }

  /** Signs all browsers of somebody out but one; how many those were. */
  public synchronized int endOthers(String owner, String own) {
    return endAll(owner, Secrets.hash(own));
  }

  /** Signs all browsers of somebody out; how many those were. */
  public synchronized int endAll(String owner) {
    return endAll(owner, "");
  }

  private int endAll(String owner, String but) {
    List<String> gone =
        sessions.entrySet().stream()
            .filter(e -> !e.getKey().equals(but) && e.getValue().who.owner().equals(owner))
            .map(Map.Entry::getKey)
            .toList();
    gone.forEach(this::forget);
    return gone.size();
  }

  /** Something that nobody can guess. */
  public static String random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
