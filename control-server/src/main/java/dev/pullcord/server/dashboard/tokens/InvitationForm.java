package dev.pullcord.server.dashboard.tokens;

import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.server.refusal.Refusal;
import io.javalin.http.Context;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the form says, as it was typed; what is left out has the default of the API.
 *
 * @param pattern names that may join
 * @param labels {@code role=grep, dc=sea}
 * @param refs branches with spaces between them, or commas and spaces; the first is the default
 * @param uses how many nodes
 * @param ttl for how long
 */
record InvitationForm(String pattern, String labels, String refs, String uses, String ttl) {
  static final InvitationForm NOTHING = new InvitationForm("", "", "", "1", "1h");

  static InvitationForm of(Context ctx) {
    return new InvitationForm(
        param(ctx, "pattern"),
        param(ctx, "labels"),
        param(ctx, "refs"),
        param(ctx, "uses"),
        param(ctx, "ttl"));
  }

  private static String param(Context ctx, String name) {
    return Optional.ofNullable(ctx.formParam(name)).orElse("").strip();
  }

  Invitation.Request request() {
    Map<String, String> given = new LinkedHashMap<>();
    for (String label : words(labels, "[\\s,]+")) {
      int equals = label.indexOf('=');
      if (equals < 1) {
        throw malformed("labels", "labels: " + Quoted.of(label) + " is not key=value");
      }
      given.put(label.substring(0, equals), label.substring(equals + 1));
    }
    return new Invitation.Request(
        orNull(pattern),
        given,
        words(refs, ",?\\s+|,$"),
        uses.isEmpty() ? null : number(),
        orNull(ttl));
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static List<String> words(String text, String between) {
    return Arrays.stream(text.split(between)).filter(w -> !w.isEmpty()).toList();
  }

  private int number() {
    try {
      return Integer.parseInt(uses);
    } catch (NumberFormatException e) {
      throw malformed("uses", "uses: " + Quoted.of(uses) + " is not a number from 1 to 1000");
    }
  }

  private static Refusal malformed(String field, String detail) {
    return new Refusal(Refusal.Kind.MALFORMED, "VALUE", detail, field);
  }
}
