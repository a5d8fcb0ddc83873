package dev.pullcord.agent.plan;

/** The answer to the question what the next pass would do. */
public sealed interface Foreseen {
  /**
   * This.
   *
   * @param outlook what a pass would do
   */
  record Would(Outlook outlook) implements Foreseen {}

  /**
   * It cannot be said.
   *
   * @param why one line or more: what is wrong, what to do
   */
  record Not(String why) implements Foreseen {}
}
