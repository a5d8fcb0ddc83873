package dev.pullcord.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.Serial;

/** JSON that has left out what is always there. */
public final class MissingPart extends JsonProcessingException {
  @Serial private static final long serialVersionUID = 1L;

  private final String path;

  MissingPart(String path, String what) {
    super(path + " " + what);
    this.path = path;
  }

  /** Where it would be, as it is written in JSON: {@code reports.status.state}. */
  public String path() {
    return path;
  }
}
