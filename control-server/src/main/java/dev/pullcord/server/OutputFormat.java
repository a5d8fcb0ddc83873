package dev.pullcord.server;

/** How a command prints what it has to say. */
enum OutputFormat {
  /** For people. */
  TEXT,
  /** For scripts. */
  JSON
}
