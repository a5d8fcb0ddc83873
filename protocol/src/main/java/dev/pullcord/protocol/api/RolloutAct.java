package dev.pullcord.protocol.api;

/** What an operator can ask of a rollout. */
public enum RolloutAct {
  /** No further node gets the commit. */
  PAUSE("pause", "paused"),
  /** It goes on; failures that halted it count no more. */
  RESUME("resume", "resumed"),
  /** The others go without waiting for the canaries. */
  PROMOTE("promote", "promoted");

  private final String word;
  private final String past;

  RolloutAct(String word, String past) {
    this.word = word;
    this.past = past;
  }

  /** In addresses and commands: {@code pause}. */
  public String word() {
    return word;
  }

  /** When it was asked for: {@code paused}. */
  public String past() {
    return past;
  }
}
