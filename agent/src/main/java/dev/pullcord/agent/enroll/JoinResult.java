package dev.pullcord.agent.enroll;

import dev.pullcord.protocol.error.ExitCode;

/** What came of joining. */
public sealed interface JoinResult {
  /**
   * The node is enrolled, and everything is on disk.
   *
   * @param membership what was written
   * @param already whether it was so before
   */
  record Joined(Membership membership, boolean already) implements JoinResult {}

  /**
   * It is not, and nothing about the membership was changed.
   *
   * @param exit what the program ends with
   * @param reason one line: what is wrong, what to do
   */
  record NotJoined(ExitCode exit, String reason) implements JoinResult {}
}
