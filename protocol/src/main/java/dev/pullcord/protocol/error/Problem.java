package dev.pullcord.protocol.error;

import org.jspecify.annotations.Nullable;

/**
 * An RFC 9457 problem document, {@code application/problem+json}.
 *
 * @param type a URI that names the kind of problem: {@code urn:pullcord:problem:<code>}
 * @param title the kind of problem in a few words
 * @param status the HTTP status
 * @param code our own stable word, {@code NODE_UNKNOWN}; never a class name
 * @param detail what is wrong with which value, what was expected, what to do
 * @param field the field, parameter or header that is wrong, where one is
 * @param requestId to find it in the server's log
 */
public record Problem(
    String type,
    String title,
    int status,
    String code,
    String detail,
    @Nullable String field,
    @Nullable String requestId) {
  /** The media type. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /**
   * The code of a server that waits for its turn: another one with the same store is active. It
   * comes with status 503; whoever asked goes to the next address that they know.
   */
  public static final String STANDBY = "STANDBY";
}
