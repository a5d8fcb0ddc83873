package dev.pullcord.protocol.error;

/** Four kinds of error, told apart by who can mend it. */
public enum ErrorKind {
  /** Whoever called: wrong usage, wrong value. */
  INPUT,
  /** Whoever committed: the manifest, the tree. */
  REPOSITORY,
  /** Whoever runs the host: disk, network, permissions. Tried again by itself. */
  ENVIRONMENT,
  /** We. */
  BUG
}
