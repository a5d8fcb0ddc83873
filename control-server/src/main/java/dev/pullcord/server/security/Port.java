package dev.pullcord.server.security;

/** The server's two ports. What is served on one does not exist on the other. */
public enum Port {
  /** 8420: API, git, pages. */
  PEOPLE,
  /** 8421: mutual TLS. */
  AGENTS;

  /** The request attribute in which the front door leaves the port of a request. */
  public static final String ATTRIBUTE = "pullcord.port";
}
