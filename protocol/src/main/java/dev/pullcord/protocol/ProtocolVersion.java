package dev.pullcord.protocol;

/** The wire protocol between agent and server; both send it, and a server refuses a newer one. */
public final class ProtocolVersion {
  /** Raised when a message changes in a way that an older peer would misunderstand. */
  public static final int CURRENT = 1;

  /** The request header in which an agent names its version. */
  public static final String HEADER = "Pullcord-Protocol";

  private ProtocolVersion() {}
}
