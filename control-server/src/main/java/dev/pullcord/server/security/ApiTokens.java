package dev.pullcord.server.security;

import dev.pullcord.server.store.Audit;
import dev.pullcord.server.store.Store;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokens of people and scripts: {@code pct_<id>_<secret>}. Only a hash of the secret is kept;
 * whether a token is unknown or its secret is wrong cannot be told from outside, nor by the time it
 * takes.
 */
public final class ApiTokens {
  private static final Pattern SHAPE = Pattern.compile("pct_([0-9a-f]{12})_([0-9a-f]{64})");

  private final Store store;
  private final InstantSource clock;
  private final Map<String, dev.pullcord.server.store.ApiTokens.Row> rows =
      new ConcurrentHashMap<>();

  /** Reads the tokens of that store. */
  public ApiTokens(Store store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
    store.read(tables -> tables.apiTokens().all()).forEach(r -> rows.put(r.id(), r));
  }

  /** Makes a token; it is on disk when this returns, and is never shown again. */
  public String create(Principal principal, String createdBy) {
    String id = Secrets.hex(6);
    String secret = Secrets.hex(32);
    String role = principal.role().name().toLowerCase(Locale.ROOT);
    var row =
        new dev.pullcord.server.store.ApiTokens.Row(
            id, principal.owner(), role, Secrets.hash(secret), clock.instant());
    store.write(tables -> {
      tables.apiTokens().insert(row);
      tables
          .audit()
          .append(
              new Audit.Entry(
                  row.createdAt(),
                  createdBy,
                  "token.create",
                  id,
                  null,
                  role + " of " + principal.owner()));
      tables.afterCommit(() -> rows.put(id, row));
      return id;
    });
    return "pct_" + id + "_" + secret;
  }

  /** Whose token this is; empty for everything that is not a token of ours. */
  public Optional<Principal> authenticate(String token) {
    Matcher matcher = SHAPE.matcher(token);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    var row = rows.get(matcher.group(1));
    boolean right =
        Secrets.matches(matcher.group(2), row == null ? Secrets.NO_HASH : row.secretHash());
    return row == null || !right ? Optional.empty() : Optional.of(principal(row));
  }

  private static Principal principal(dev.pullcord.server.store.ApiTokens.Row row) {
    return new Principal(row.owner(), Principal.Role.valueOf(row.role().toUpperCase(Locale.ROOT)));
  }
}
