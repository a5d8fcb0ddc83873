package dev.pullcord.agent.plan;

/** What came of asking what would be done. */
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
