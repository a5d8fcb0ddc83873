package dev.pullcord.server.dashboard.audit;

import dev.pullcord.server.audit.AuditQuery;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Addresses of the page, and the command that says the same. */
final class Links {
  /** What a shell takes as it is. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/@:+-]+");

  private Links() {}

  static String page(AuditQuery asked, @Nullable Long before) {
    Map<String, String> parameters = parameters(asked);
    if (before != null) {
      parameters.put("before", before.toString());
    }
    return parameters.entrySet().stream()
        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&", AuditPages.PAGE + "?", ""));
  }

  /** Without what would have to be quoted. */
  static String command(AuditQuery asked) {
    StringBuilder command = new StringBuilder("pullcord audit");
    parameters(asked)
        .forEach((name, value) -> {
          if (PLAIN.matcher(value).matches()) {
            command.append(" --").append(name).append(' ').append(value);
          }
        });
    return command.toString();
  }

  private static Map<String, String> parameters(AuditQuery asked) {
    Map<String, String> parameters = new LinkedHashMap<>();
    put(parameters, "who", asked.who());
    put(parameters, "action", asked.action());
    put(parameters, "on", asked.on());
    put(parameters, "since", asked.since());
    put(parameters, "outcome", asked.outcome());
    return parameters;
  }

  private static void put(Map<String, String> parameters, String name, @Nullable String value) {
    if (value != null) {
      parameters.put(name, value);
    }
  }
}
