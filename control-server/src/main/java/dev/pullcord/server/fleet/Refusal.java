package dev.pullcord.server.fleet;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The server says no, for a reason that the caller can mend. The API's error table maps it. */
public final class Refusal extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** What sort of no; the API maps each to one status. */
  public enum Kind {
    /** 400. */
    MALFORMED,
    /** 401. */
    UNAUTHENTICATED,
    /** 403. */
    FORBIDDEN,
    /** 404. */
    NOT_FOUND,
    /** 409. */
    CONFLICT,
    /** 422. */
    INVALID
  }

  private final Kind kind;
  private final String code;
  private final @Nullable String field;

  /**
   * A refusal.
   *
   * @param code our stable word, {@code REF_MISSING}
   * @param detail what is wrong, what was expected, what to do
   * @param field the field at fault, if one is
   */
  public Refusal(Kind kind, String code, String detail, @Nullable String field) {
    super(detail);
    this.kind = kind;
    this.code = code;
    this.field = field;
  }

  /** The sort. */
  public Kind kind() {
    return kind;
  }

  /** The stable word. */
  public String code() {
    return code;
  }

  /** The field at fault. */
  public @Nullable String field() {
    return field;
  }
}
