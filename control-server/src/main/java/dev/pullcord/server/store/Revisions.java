package dev.pullcord.server.store;

/** The counter of desired state. */
public interface Revisions {
  /** The newest, 0 at first. */
  long newest();

  /** Counts up and returns the new one. */
  long next();
}
