package dev.pullcord.server.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;

/** What is wrong with somebody's JSON, in one line that names none of our classes. */
public final class JsonComplaint {
  private static final int LENGTH_MAX = 300;

  /** More than this has been sent to us, and is not looked through. */
  private static final int READ_MAX = 2000;

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
    String first = message == null ? "" : message.lines().findFirst().orElse("");
    String line = first.substring(0, Math.min(READ_MAX, first.length()));
    String clean =
        line.replaceAll(" ?\\((for|through) [^)]*\\)", "")
            .replaceAll(
                "`?[a-z]\\w*(\\.\\w+)*\\.[A-Z][\\w$]*(<[^`]*>)?`?(\\[[^]]*])?", "this type");
    return clean.length() > LENGTH_MAX ? clean.substring(0, LENGTH_MAX) + "…" : clean;
  }
}
