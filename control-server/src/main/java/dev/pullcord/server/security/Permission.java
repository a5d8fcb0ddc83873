package dev.pullcord.server.security;

/** What a caller has to show to use a route. */
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
  /** A browser's session; the pages check it themselves, since they answer with a form. */
  UI_SESSION
}
