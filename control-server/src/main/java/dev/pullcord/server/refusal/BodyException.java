package dev.pullcord.server.refusal;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A request's body that cannot be taken, and why. */
public final class BodyException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final @Nullable String field;

  /**
   * A body that is refused.
   *
   * @param status of HTTP
   * @param code our stable word
   * @param detail what is wrong with it
   * @param field the field at fault, if one is
   */
  public BodyException(int status, String code, String detail, @Nullable String field) {
    super(detail);
    this.status = status;
    this.code = code;
    this.field = field;
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  @Nullable String field() {
    return field;
  }
}
