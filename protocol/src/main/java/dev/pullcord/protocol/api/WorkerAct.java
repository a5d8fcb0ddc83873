package dev.pullcord.protocol.api;

/** What an operator can ask of a worker. */
public enum WorkerAct {
  /** It is drained and stopped, and stays so. */
  STOP("stop", "stopped"),
  /** One that was stopped runs again. */
  START("start", "started"),
  /** The same commit is started anew, once, as the worker restarts. */
  RESTART("restart", "restarted");

  private final String word;
  private final String past;

  WorkerAct(String word, String past) {
    this.word = word;
    this.past = past;
  }

  /** In addresses and commands: {@code stop}. */
  public String word() {
    return word;
  }

  /** When it was asked for: {@code stopped}. */
  public String past() {
    return past;
  }
}
