package dev.pullcord.protocol.error;

/** The exit codes of all three programs. */
public enum ExitCode {
  /** Done, and the fleet is as asked. */
  DONE(0),
  /** It ran, and some node failed or refused. */
  FAILED(1),
  /** Wrong usage or input, or an empty selection. */
  USAGE(2),
  /** Not within the time given. */
  TIMEOUT(3),
  /** The server said no: not signed in, no permission, no such thing. */
  REFUSED(4),
  /** The server or the network could not be reached. */
  UNREACHABLE(5),
  /** Our own fault. */
  BUG(70);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The number that the process ends with. */
  public int code() {
    return code;
  }
}
