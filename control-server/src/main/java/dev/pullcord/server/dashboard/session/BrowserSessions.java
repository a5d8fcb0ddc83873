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
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is signed in with a browser. What a {@link SessionKeeper} keeps outlives a restart of the
 * server; the ids are secrets, so that only their hashes are held. A session ends twelve hours
 * after it began, however busy it is, after two hours without a request, when its person signs out,
 * and with the token that began it; over a bound the oldest one goes, of the owner who has the
 * most. That of a screen on a wall lasts as long as browsers keep a cookie, busy or not. The store
 * is told in the order of what happened, and no page waits for that but the one that tells it.
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

  /** How many of one owner: whoever keeps no cookie begins one with each request. */
  static final int SESSIONS_OF_OWNER_MAX = 50;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final InstantSource clock;
  private final SessionKeeper keeper;
  private final Map<String, Session> sessions = new LinkedHashMap<>();
  private final Queue<Runnable> untold = new ConcurrentLinkedQueue<>();
  private final Lock telling = new ReentrantLock();

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

    Instant began() {
      return until.minus(life(who));
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
  public String begin(Principal who, BooleanSupplier tokenWorks, @Nullable String tokenId) {
    String id = random();
    String from = who.from() == null ? "" : who.from().address();
    synchronized (this) {
      Instant now = clock.instant();
      makeRoom(who.owner(), now);
      SessionTable.StoredSession row =
          new SessionTable.StoredSession(
              Secrets.hash(id), tokenId == null ? "" : tokenId, from, now.plus(life(who)), now);
      sessions.put(row.idHash(), new Session(who, tokenWorks, row));
      if (tokenId != null) {
        untold.add(() -> keeper.put(row));
      }
    }
    tell();
    return id;
  }

  /** For one more of that owner: what has ended goes, and over a bound the oldest of the most. */
  private void makeRoom(String owner, Instant now) {
    List.copyOf(sessions.entrySet()).stream()
        .filter(e -> !e.getValue().lasts(now))
        .forEach(e -> forget(e.getKey()));
    Map<String, Integer> counts = new HashMap<>();
    sessions.values().forEach(s -> counts.merge(s.who.owner(), 1, Integer::sum));
    if (counts.getOrDefault(owner, 0) >= SESSIONS_OF_OWNER_MAX) {
      forgetOldest(owner);
    } else if (sessions.size() >= SESSIONS_MAX) {
      forgetOldest(Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey());
    }
  }

  private void forgetOldest(String owner) {
    sessions.entrySet().stream()
        .filter(e -> e.getValue().who.owner().equals(owner))
        .min(Comparator.comparing(e -> e.getValue().began()))
        .map(Map.Entry::getKey)
        .ifPresent(this::forget);
  }

  /** Whose session it is, while it lasts; keeps it from ending of idleness. */
  public Optional<Principal> find(String id) {
    String idHash = Secrets.hash(id);
    Session found;
    boolean isToBeTold;
    synchronized (this) {
      Instant now = clock.instant();
      found = sessions.get(idHash);
      if (found == null || !found.lasts(now)) {
        return Optional.empty();
      }
      isToBeTold = used(found, now);
    }
    if (isToBeTold) {
      tell();
    }
    return Optional.of(found.who);
  }

  /** A page that is open asks often; the store is told now and then. */
  private boolean used(Session session, Instant now) {
    session.usedAt = now;
    SessionTable.StoredSession row = session.begun;
    if (row.tokenId().isEmpty() || !now.isAfter(session.keptAt.plus(KEEP_EVERY))) {
      return false;
    }
    session.keptAt = now;
    SessionTable.StoredSession used =
        new SessionTable.StoredSession(
            row.idHash(), row.tokenId(), row.address(), row.until(), now);
    return untold.add(() -> keeper.put(used));
  }

  private void forget(String idHash) {
    Session gone = sessions.remove(idHash);
    if (gone != null && !gone.begun.tokenId().isEmpty()) {
      untold.add(() -> keeper.remove(idHash));
    }
  }

  /** Tells the store what it is not told yet; all that the caller changed when this returns. */
  private void tell() {
    telling.lock();
    try {
      for (Runnable next = untold.poll(); next != null; next = untold.poll()) {
        next.run();
      }
    } finally {
      telling.unlock();
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
  public void end(String id) {
    String idHash = Secrets.hash(id);
    synchronized (this) {
      forget(idHash);
    }
    tell();
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
            new SignedInBrowser(s.began(), s.usedAt, s.who.from(), id.equals(Secrets.hash(own))));
      }
    });
    return shown;
  }

  /** Signs all browsers of somebody out but one; how many those were. */
  public int endOthers(String owner, String own) {
    return endAll(owner, Secrets.hash(own));
  }

  /** Signs all browsers of somebody out; how many those were. */
  public int endAll(String owner) {
    return endAll(owner, "");
  }

  private int endAll(String owner, String but) {
    List<String> gone;
    synchronized (this) {
      gone =
          sessions.entrySet().stream()
              .filter(e -> !e.getKey().equals(but) && e.getValue().who.owner().equals(owner))
              .map(Map.Entry::getKey)
              .toList();
      gone.forEach(this::forget);
    }
    tell();
    return gone.size();
  }

  /** Something that nobody can guess. */
  public static String random() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
