package dev.pullcord.server.api;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A request's body that cannot be taken, and why. */
final class BodyException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final @Nullable String field;

  BodyException(int status, String code, String detail, @Nullable String field) {
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
