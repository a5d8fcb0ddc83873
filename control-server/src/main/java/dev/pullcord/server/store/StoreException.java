package dev.pullcord.server.store;

import java.io.Serial;

/** The store could not do what was asked; nothing of that task was kept. */
public final class StoreException extends RuntimeException {
  /** Too much waits to be written. */
  public static final String BUSY = "DB_BUSY";

  /** There is no connection to the database now. */
  public static final String AWAY = "DB_AWAY";

  /** The connection broke before it was known whether the change was kept. */
  public static final String UNKNOWN = "DB_UNKNOWN";

  /** Another server has the store; this one may not write any more. */
  public static final String TAKEN = "DB_TAKEN";

  @Serial private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * A failure.
   *
   * @param code our stable word: {@code DB_NEWER}, {@code DB_OLDER}, {@code DB_NOT_SQLITE}, {@code
   *     DB_FOREIGN}, {@code DB_DAMAGED}, {@code DB_OPEN}, {@code DB_BUSY}, {@code DB_WRITE}, {@code
   *     DB_CLOSED}, {@code DB_IN_USE}, {@code DB_OTHER}, {@code DB_NOTE}, {@code DB_PASSWORD},
   *     {@code DB_VERSION}, {@code DB_ENCODING}, {@code DB_NOT_EMPTY}, {@code DB_COPY}, {@code
   *     DB_NO_REPOSITORY}, {@link #AWAY}, {@link #UNKNOWN}, {@link #TAKEN}, or one of {@link
   *     DiskTrouble}
   * @param detail what is wrong, what was expected, what to do
   */
  public StoreException(String code, String detail) {
    super(detail);
    this.code = code;
  }

  /** The same with a cause. */
  public StoreException(String code, String detail, Throwable cause) {
    super(detail, cause);
    this.code = code;
  }

  /** The stable word. */
  public String code() {
    return code;
  }
}
