package dev.pullcord.server.security.token;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Judges what somebody asks of a new token; every complaint names the field. */
final class TokenRequests {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._@-]{0,63}");
  private static final Duration LEAST = Duration.ofMinutes(1);
  private static final Duration MOST = Duration.ofDays(3650);

  /** The audit log says these of others than people. */
  private static final Set<String> NOT_PEOPLE = Set.of("server", "unknown", "init");

  private TokenRequests() {}

  static String name(String name) {
    if (!NAME.matcher(name).matches()) {
      throw malformed(
          "name",
          Quoted.of(name)
              + " is not a name: 1 to 64 of a-z A-Z 0-9 . _ @ -, a letter or digit first");
    }
    if (NOT_PEOPLE.contains(name.toLowerCase(Locale.ROOT))) {
      throw malformed(
          "name", Quoted.of(name) + " is what the audit log calls others; choose another name");
    }
    return name;
  }

  static Principal.Role role(String role) {
    for (Principal.Role one : Principal.Role.values()) {
      if (one.word().equals(role)) {
        return one;
      }
    }
    throw malformed(
        "role", Quoted.of(role) + " is no role; wall, viewer, operator or admin expected");
  }

  static @Nullable Duration ttl(@Nullable String ttl) {
    if (ttl == null) {
      return null;
    }
    Duration duration;
    try {
      duration = Durations.parse(ttl);
    } catch (IllegalArgumentException e) {
      throw malformed("ttl", String.valueOf(e.getMessage()));
    }
    if (duration.compareTo(LEAST) < 0 || duration.compareTo(MOST) > 0) {
      throw malformed(
          "ttl",
          ttl
              + " is not between "
              + Durations.format(LEAST)
              + " and "
              + Durations.format(MOST)
              + "; leave it out for a token that does not expire");
    }
    return duration;
  }

  private static Refusal malformed(String field, String detail) {
    return new Refusal(Refusal.Kind.MALFORMED, "VALUE", detail, field);
  }
}
