package dev.pullcord.server.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;

/** What is wrong with somebody's JSON, in one line that names none of our classes. */
public final class JsonComplaint {
  private static final int LENGTH_MAX = 300;

  private JsonComplaint() {}

  /** Whether it is too deep, too long or has too large a number. */
  public static boolean isLimit(JsonProcessingException e) {
    return e instanceof StreamConstraintsException
        || e.getCause() instanceof StreamConstraintsException;
  }

  /** In one line. */
  public static String text(JsonProcessingException e) {
    String message =
        e instanceof JsonMappingException && e.getCause() instanceof IllegalArgumentException ours
            ? ours.getMessage()
            : e.getOriginalMessage();
    String line = message == null ? "" : message.lines().findFirst().orElse("");
    String clean =
        line.replaceAll(" ?\\((for|through) [^)]*\\)", "")
            .replaceAll(
                "`?[a-z]\\w*(\\.\\w+)*\\.[A-Z][\\w$]*(<[^`]*>)?`?(\\[[^]]*])?", "this type");
    return clean.length() > LENGTH_MAX ? clean.substring(0, LENGTH_MAX) + "…" : clean;
  }
}
