package dev.pullcord.server.refusal;

import dev.pullcord.protocol.error.CodedText;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The server says no, for a reason that the caller can mend. {@link ProblemMapping} maps it. */
public final class Refusal extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** What sort of no; each is one status of HTTP. */
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
    INVALID,
    /** 429: the caller has as much as one may have. */
    TOO_MANY,
    /** 503: all together have as much as there is. */
    UNAVAILABLE
  }

  private final Kind kind;
  private final String code;
  private final @Nullable String field;
  private final int retrySeconds;

  /**
   * A refusal.
   *
   * @param code our stable word, {@code REF_MISSING}
   * @param detail what is wrong, what was expected, what to do
   * @param field the field at fault, if one is
   */
  public Refusal(Kind kind, String code, String detail, @Nullable String field) {
    this(kind, code, detail, field, kind == Kind.TOO_MANY || kind == Kind.UNAVAILABLE ? 5 : 0);
  }

  /**
   * A refusal that may end by itself.
   *
   * @param retrySeconds when to ask again; 0 for never
   */
  public Refusal(Kind kind, String code, String detail, @Nullable String field, int retrySeconds) {
    super(detail);
    this.kind = kind;
    this.code = code;
    this.field = field;
    this.retrySeconds = retrySeconds;
  }

  /** The sort. */
  public Kind kind() {
    return kind;
  }

  /** The stable word. */
  public String code() {
    return code;
  }

  /** What people are told: the message without the codes of what it is made of. */
  public String sentence() {
    return CodedText.sentence(String.valueOf(getMessage()));
  }

  /** The field at fault. */
  public @Nullable String field() {
    return field;
  }

  /** After how many seconds it may be otherwise; 0 when that cannot be said. */
  public int retrySeconds() {
    return retrySeconds;
  }
}
