package dev.pullcord.server.commands;

/** How a command prints what it has to say. */
public enum OutputFormat {
  /** For people. */
  TEXT,
  /** For scripts. */
  JSON
}
