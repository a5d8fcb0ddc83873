package dev.pullcord.server.security;

/** The proof that a route asks of its caller. */
public enum Permission {
  /** Nothing. */
  ANONYMOUS,
  /** Some key, whoever's: enrolment. */
  ANY_KEY,
  /** The key of a node of this fleet. */
  NODE,
  /** A token of a viewer, operator or admin. */
  VIEWER,
  /** A token of an operator or admin. */
  OPERATOR,
  /** A token of an admin. */
  ADMIN,
  /** Any browser session, also that of a screen on a wall. */
  UI_WALL,
  /** The browser session of a viewer, operator or admin; the pages answer those who have none. */
  UI_VIEWER,
  /** The browser session of an operator or admin. */
  UI_OPERATOR,
  /** The browser session of an admin. */
  UI_ADMIN
}
