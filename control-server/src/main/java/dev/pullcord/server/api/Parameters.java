package dev.pullcord.server.api;

import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.openapi.ApiParameter;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.view.Selector;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what stands in a request's address; every complaint names the parameter. */
final class Parameters {
  static final int PAGE_DEFAULT = 200;
  static final int PAGE_MAX = 1000;

  static final ApiParameter NODE = ApiParameter.path("name", "The node.");
  static final ApiParameter DEPLOYMENT = ApiParameter.pathNumber("id", "The deployment.");
  static final ApiParameter SELECTOR = ApiParameter.query("selector", "Labels: role=grep,dc!=sea.");
  static final ApiParameter CURSOR = ApiParameter.query("cursor", "The next of the page before.");
  static final ApiParameter LIMIT =
      ApiParameter.number("limit", "How many at most.", PAGE_DEFAULT, PAGE_MAX);

  private Parameters() {}

  static NodeName node(Context ctx, String parameter) {
    return read(parameter, ctx.pathParam(parameter), NodeName::new);
  }

  /** One name or several with commas between them. */
  static Set<NodeName> nodes(Context ctx, String parameter, int most) {
    Set<NodeName> names = new LinkedHashSet<>();
    String text = Objects.requireNonNullElse(ctx.queryParam(parameter), "");
    for (String name : text.split(",", -1)) {
      names.add(read(parameter, name, NodeName::new));
    }
    if (names.size() > most) {
      throw malformed(parameter, names.size() + " nodes are too many; " + most + " at most");
    }
    return names;
  }

  static long id(Context ctx, String parameter) {
    return read(parameter, ctx.pathParam(parameter), Parameters::positive);
  }

  /** All nodes when there is none. */
  static Selector selector(Context ctx) {
    String text = ctx.queryParam("selector");
    return text == null ? Selector.ALL : Selector.parse(text);
  }

  static @Nullable NodeName nodeCursor(Context ctx) {
    String text = ctx.queryParam("cursor");
    return text == null ? null : read("cursor", text, NodeName::new);
  }

  static long idCursor(Context ctx) {
    String text = ctx.queryParam("cursor");
    return text == null ? Long.MAX_VALUE : read("cursor", text, Parameters::positive);
  }

  static int limit(Context ctx) {
    return number(ctx, "limit", PAGE_DEFAULT, PAGE_MAX);
  }

  static int number(Context ctx, String parameter, int absent, int most) {
    String text = ctx.queryParam(parameter);
    if (text == null) {
      return absent;
    }
    long number = read(parameter, text, Parameters::positive);
    if (number > most) {
      throw malformed(parameter, Quoted.of(text) + " is too many; 1 to " + most + " expected");
    }
    return (int) number;
  }

  /** A moment with its zone; null when there is none. */
  static @Nullable Instant moment(Context ctx, String parameter) {
    String text = ctx.queryParam(parameter);
    return text == null ? null : read(parameter, text, Parameters::moment);
  }

  private static Instant moment(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          Quoted.of(text)
              + " is no moment with its zone; one like 2026-01-31T03:12:00Z is expected",
          e);
    }
  }

  static boolean flag(Context ctx, String parameter) {
    String text = ctx.queryParam(parameter);
    if (text == null || text.equals("false")) {
      return false;
    }
    if (!text.equals("true")) {
      throw malformed(parameter, Quoted.of(text) + " is not true or false");
    }
    return true;
  }

  static Set<NodeState> states(Context ctx) {
    Set<NodeState> states = EnumSet.noneOf(NodeState.class);
    for (String text : ctx.queryParams("state")) {
      for (String one : text.split(",", -1)) {
        states.add(read("state", one, Parameters::state));
      }
    }
    return states;
  }

  private static NodeState state(String text) {
    try {
      return NodeState.of(text);
    } catch (IllegalArgumentException e) {
      String all =
          Arrays.stream(NodeState.values())
              .map(NodeState::wireName)
              .collect(Collectors.joining(", "));
      throw new IllegalArgumentException(Quoted.of(text) + " is no state; " + all + " expected", e);
    }
  }

  private static long positive(String text) {
    try {
      long value = Long.parseLong(text);
      if (value > 0) {
        return value;
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw new IllegalArgumentException(Quoted.of(text) + " is not a number from 1");
  }

  private static <T> T read(String parameter, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw malformed(parameter, String.valueOf(e.getMessage()));
    }
  }

  private static Refusal malformed(String parameter, String detail) {
    return new Refusal(Refusal.Kind.MALFORMED, "PARAMETER", detail, parameter);
  }
}
