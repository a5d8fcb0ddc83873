package dev.pullcord.server.audit;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.AuditTable;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks of the audit log, as it stands in an address. Null stands for any.
 *
 * @param who exactly this one
 * @param action this one and those below it
 * @param on exactly this one
 * @param since {@code 2h}, or a moment
 * @param outcome {@code done} or {@code refused}
 */
public record AuditQuery(
    @Nullable String who,
    @Nullable String action,
    @Nullable String on,
    @Nullable String since,
    @Nullable String outcome) {
  private static final int LENGTH_MAX = 256;

  /** Blank is any too. */
  public AuditQuery {
    who = read("who", who);
    action = read("action", action);
    on = read("on", on);
    since = read("since", since);
    outcome = read("outcome", outcome);
  }

  /** Whether anything is asked for. */
  public boolean any() {
    return who != null || action != null || on != null || since != null || outcome != null;
  }

  /**
   * The same for the store.
   *
   * @throws Refusal 400 {@code PARAMETER} for what cannot be
   */
  public AuditTable.Filter filter(Instant now) {
    return new AuditTable.Filter(
        who, action, on, since == null ? null : kept(since(since, now), now), refused());
  }

  /** The store counts in milliseconds, of which there are too few for each moment. */
  private static Instant kept(Instant moment, Instant now) {
    return moment.isBefore(Instant.EPOCH) ? Instant.EPOCH : moment.isAfter(now) ? now : moment;
  }

  private @Nullable Boolean refused() {
    return switch (outcome) {
      case null -> null;
      case "done" -> false;
      case "refused" -> true;
      default -> throw malformed("outcome", Quoted.of(outcome) + " is neither done nor refused");
    };
  }

  private static Instant since(String text, Instant now) {
    try {
      Duration back = Durations.parse(text);
      return now.minus(back);
    } catch (IllegalArgumentException _) {
      // It may be a moment.
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException _) {
      throw malformed(
          "since",
          Quoted.of(text) + " is neither a time ago, like 2h or 7d, nor like 2026-01-31T12:00:00Z");
    }
  }

  private static @Nullable String read(String parameter, @Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    if (text.length() > LENGTH_MAX) {
      throw malformed(parameter, "at most " + LENGTH_MAX + " characters expected");
    }
    return text.strip();
  }

  private static Refusal malformed(String parameter, String detail) {
    return new Refusal(Refusal.Kind.MALFORMED, "PARAMETER", detail, parameter);
  }
}
