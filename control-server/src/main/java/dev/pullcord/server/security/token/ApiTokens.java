package dev.pullcord.server.security.token;

import dev.pullcord.protocol.api.TokenView;
import dev.pullcord.server.host.FileMark;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.ApiTokenTable.StoredToken;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.Tables;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of people and scripts: {@code pct_<id>_<secret>}. Only a hash of the secret is kept;
 * whether a token is unknown, expired, or its secret is wrong cannot be told from outside, nor by
 * the time it takes. A token that is revoked works no more when {@link #revoke} returns.
 */
public final class ApiTokens {
  /** How many there may be. */
  public static final int TOKENS_MAX = 1000;

  private static final Logger LOG = LoggerFactory.getLogger(ApiTokens.class);
  private static final Pattern SHAPE = Pattern.compile("pct_([0-9a-f]{12})_([0-9a-f]{64})");

  /** How often the store is asked for tokens that a command has made beside other servers. */
  private static final Duration ASKED_EVERY = Duration.ofSeconds(1);

  private final Store store;
  private final InstantSource clock;
  private final Map<String, StoredToken> rows = new ConcurrentHashMap<>();
  private volatile @Nullable FileMark mark;
  private Instant asked = Instant.MIN;

  /** Reads the tokens of that store. */
  public ApiTokens(Store store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
    read();
  }

  private void read() {
    store.read(tables -> tables.apiTokens().all()).forEach(r -> rows.putIfAbsent(r.id(), r));
  }

  /** Where a command on this host says that it has made a token: it works at once. */
  public void watch(FileMark made) {
    mark = made;
  }

  /** Makes a token that does not expire; it is on disk when this returns. */
  public String create(Principal principal, String createdBy) {
    return create(new Principal(createdBy, Principal.Role.ADMIN), principal, null);
  }

  /**
   * Makes a token; it is on disk when this returns, and is never shown again.
   *
   * @throws Refusal 400 {@code VALUE} for what cannot be; 409 {@code NAME_TAKEN} or {@code
   *     TOKENS_FULL}
   */
  public TokenView.Made create(Principal who, TokenView.Request request) {
    Principal principal =
        new Principal(TokenRequests.name(request.name()), TokenRequests.role(request.role()));
    Duration ttl = TokenRequests.ttl(request.ttl());
    Instant expiresAt = ttl == null ? null : clock.instant().plus(ttl);
    String token = create(who, principal, expiresAt);
    return new TokenView.Made(principal.owner(), principal.role().word(), token, expiresAt);
  }

  private String create(Principal by, Principal principal, @Nullable Instant expiresAt) {
    String id = Secrets.hex(6);
    String secret = Secrets.hex(32);
    StoredToken row =
        new StoredToken(
            id,
            principal.owner(),
            principal.role().word(),
            Secrets.hash(secret),
            clock.instant(),
            by.owner(),
            expiresAt);
    store.write(tables -> {
      makeRoom(tables, row);
      tables.apiTokens().insert(row);
      audit(tables, by, "token.create", row.owner(), null, text(row));
      tables.afterCommit(() -> rows.put(id, row));
      return id;
    });
    return "pct_" + id + "_" + secret;
  }

  /** An expired token gives its name away, and its place where there is none left. */
  private void makeRoom(Tables tables, StoredToken wanted) {
    Map<Boolean, List<StoredToken>> all =
        tables.apiTokens().all().stream()
            .collect(Collectors.partitioningBy(row -> row.worksAt(wanted.createdAt())));
    List<StoredToken> working = all.getOrDefault(true, List.of());
    if (working.stream().anyMatch(row -> row.owner().equals(wanted.owner()))) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "NAME_TAKEN",
          "there is a token "
              + wanted.owner()
              + " already; choose another name, or revoke that one first",
          "name");
    }
    if (working.size() >= TOKENS_MAX) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "TOKENS_FULL",
          "there are " + TOKENS_MAX + " tokens already; revoke some: pullcord tokens lists them",
          null);
    }
    List<StoredToken> expired = new ArrayList<>(all.getOrDefault(false, List.of()));
    expired.sort(Comparator.comparing(ApiTokens::end));
    int left = working.size() + expired.size();
    for (StoredToken row : expired) {
      if (row.owner().equals(wanted.owner())) {
        remove(tables, row);
        left--;
      }
    }
    for (StoredToken row : expired) {
      if (left >= TOKENS_MAX && !row.owner().equals(wanted.owner())) {
        remove(tables, row);
        left--;
      }
    }
  }

  private static Instant end(StoredToken row) {
    return row.expiresAt() == null ? Instant.MAX : row.expiresAt();
  }

  private void remove(Tables tables, StoredToken row) {
    tables.apiTokens().remove(row.id());
    tables.afterCommit(() -> rows.remove(row.id()));
  }

  /** All of them, in order of name. */
  public List<TokenView> list() {
    return store.read(tables -> tables.apiTokens().all()).stream()
        .map(r -> new TokenView(r.owner(), r.role(), r.createdBy(), r.createdAt(), r.expiresAt()))
        .sorted(Comparator.comparing(TokenView::name).thenComparing(TokenView::createdAt))
        .toList();
  }

  /**
   * Takes a token away; when this returns it works no more, nor do the browsers that were signed in
   * with it.
   *
   * @throws Refusal 404 {@code TOKEN_MISSING}; 409 {@code LAST_ADMIN} for the last admin token that
   *     does not expire
   */
  public void revoke(Principal who, String name) {
    store.write(tables -> {
      List<StoredToken> all = tables.apiTokens().all();
      List<StoredToken> named = all.stream().filter(r -> r.owner().equals(name)).toList();
      if (named.isEmpty()) {
        throw new Refusal(
            Refusal.Kind.NOT_FOUND,
            "TOKEN_MISSING",
            "there is no token of that name; pullcord tokens lists them",
            "name");
      }
      if (named.stream().anyMatch(ApiTokens::lasting)
          && all.stream().filter(r -> !named.contains(r)).noneMatch(ApiTokens::lasting)) {
        throw new Refusal(
            Refusal.Kind.CONFLICT,
            "LAST_ADMIN",
            name
                + " is the last admin token that does not expire; without it nobody could make"
                + " another one. Make one first, without an expiry, then revoke this",
            "name");
      }
      for (StoredToken row : named) {
        remove(tables, row);
        audit(tables, who, "token.revoke", row.owner(), text(row), null);
      }
      return named.size();
    });
  }

  private static boolean lasting(StoredToken row) {
    return row.role().equals(Principal.Role.ADMIN.word()) && row.expiresAt() == null;
  }

  /** Whose token this is; empty for everything that is not a token of ours. */
  public Optional<Principal> authenticate(String token) {
    Matcher matcher = SHAPE.matcher(token);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String id = matcher.group(1);
    if (!rows.containsKey(id)) {
      look(id);
    }
    StoredToken row = rows.get(id);
    boolean right =
        Secrets.matches(matcher.group(2), row == null ? Secrets.NO_HASH : row.secretHash());
    return row == null || !right || !row.worksAt(clock.instant())
        ? Optional.empty()
        : Optional.of(principal(row));
  }

  /** What a token is known by, whether it works or not; empty for what is none of ours. */
  public static Optional<String> id(String token) {
    Matcher matcher = SHAPE.matcher(token);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Whose token has that id, while it works. Asks no store: browsers wait for the answer. */
  public Optional<Principal> owner(String id) {
    return Optional.ofNullable(rows.get(id))
        .filter(row -> row.worksAt(clock.instant()))
        .map(ApiTokens::principal);
  }

  /** A command may have made it. While the store cannot say so, the token is an unknown one. */
  private void look(String id) {
    FileMark made = mark;
    try {
      if (made != null) {
        made.ifSet(this::readInTurn);
      }
      if (!rows.containsKey(id) && store.keepsRepository() && mayAsk()) {
        readInTurn();
      }
    } catch (StoreException e) {
      LOG.warn("whether a command made the token {} cannot be read: {}", id, e.getMessage());
    }
  }

  /** With a database, the command may have run on the host of another server. */
  private synchronized boolean mayAsk() {
    Instant now = clock.instant();
    if (asked.isAfter(now.minus(ASKED_EVERY)) && !asked.isAfter(now)) {
      return false;
    }
    asked = now;
    return true;
  }

  /** In turn with what is written: a token that is just revoked does not come back. */
  private void readInTurn() {
    store.write(tables -> {
      List<StoredToken> all = tables.apiTokens().all();
      tables.afterCommit(() -> all.forEach(row -> rows.putIfAbsent(row.id(), row)));
      return all.size();
    });
  }

  private void audit(
      Tables tables,
      Principal who,
      String what,
      String name,
      @Nullable String before,
      @Nullable String after) {
    tables.audit().append(who.did(clock.instant(), what, name, before, after));
  }

  private static String text(StoredToken row) {
    String until = row.expiresAt() == null ? "does not expire" : "until " + row.expiresAt();
    return row.role() + ", " + until + ", id " + row.id();
  }

  private static Principal principal(StoredToken row) {
    return new Principal(row.owner(), Principal.Role.valueOf(row.role().toUpperCase(Locale.ROOT)));
  }
}
