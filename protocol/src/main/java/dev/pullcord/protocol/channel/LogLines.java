package dev.pullcord.protocol.channel;

/**
 * A piece of a worker's log, from a node that was asked for it by {@link ServerEvent.LogsWanted}:
 * whole lines, at most {@value #MAX_CHARACTERS} characters; a longer line comes in several.
 *
 * @param request whose answer it is
 * @param text lines with their ends; empty only to ask whether anybody still reads
 * @param last whether nothing follows
 */
public record LogLines(String request, String text, boolean last) {
  /** Of one piece. */
  public static final int MAX_CHARACTERS = 64 << 10;

  /**
   * The server's answer.
   *
   * @param wanted whether more is to be sent
   */
  public record Answer(boolean wanted) {}
}
