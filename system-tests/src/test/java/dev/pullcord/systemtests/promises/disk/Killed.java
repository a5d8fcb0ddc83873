package dev.pullcord.systemtests.promises.disk;

/** The process that did this is dead: nothing that it does from now on reaches the world. */
public final class Killed extends Error {
  private static final long serialVersionUID = 1L;

  public Killed(String where) {
    super(where, null, false, false);
  }
}
