package dev.pullcord.agent.rights.runner;

import java.util.List;
import java.util.Map;

/**
 * What the agent wants of the runner.
 *
 * @param version of these messages; the runner refuses another
 * @param verb what to do
 * @param run the program and its arguments
 * @param directory where to run it, or the tree that is meant
 * @param environment all of it
 * @param timeoutMillis after which it is killed
 * @param mayLeave whether what it started may live on
 * @param outputBytes how much of the end of its output is wanted; 0 for all of it, as it comes
 */
record CommandRequest(
    int version,
    Verb verb,
    List<String> run,
    String directory,
    Map<String, String> environment,
    long timeoutMillis,
    boolean mayLeave,
    int outputBytes) {
  static final int VERSION = 2;

  /** What to do. */
  enum Verb {
    /** Run a command. */
    RUN,
    /** Send everything in the directory. */
    SEND,
    /** Delete everything in the directory. */
    CLEAR,
    /** Say which entries of the directory processes have in use. */
    IN_USE
  }

  CommandRequest {
    run = run == null ? List.of() : List.copyOf(run);
    environment = environment == null ? Map.of() : Map.copyOf(environment);
  }

  static CommandRequest of(Verb verb, String directory) {
    return new CommandRequest(VERSION, verb, List.of(), directory, Map.of(), 0, false, 0);
  }
}
