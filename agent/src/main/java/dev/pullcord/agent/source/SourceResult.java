package dev.pullcord.agent.source;

/** What came of asking for a commit. */
public sealed interface SourceResult {
  /**
   * It is here and well-formed.
   *
   * @param snapshot the commit
   * @param log what was done, for the transcript
   */
  record Obtained(Snapshot snapshot, String log) implements SourceResult {}

  /**
   * The commit itself is at fault: its manifest or its tree. Trying again changes nothing.
   *
   * @param reason one line, with the code first
   * @param log all problems
   */
  record Refused(String reason, String log) implements SourceResult {}

  /**
   * The environment is at fault: remote away, disk full. Tried again by itself.
   *
   * @param reason one line
   * @param log for the transcript
   */
  record Unavailable(String reason, String log) implements SourceResult {}
}
