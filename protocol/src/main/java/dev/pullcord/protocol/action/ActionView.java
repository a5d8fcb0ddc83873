package dev.pullcord.protocol.action;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An action, as the manifest of a commit that nodes run declares it.
 *
 * @param name its name
 * @param run the program and its arguments, with the places of the parameters
 * @param timeout after which it is killed
 * @param parameters in the order of the manifest
 * @param commits that declare it so, shortened, and that some node runs
 * @param nodes how many nodes run one of these
 */
public record ActionView(
    String name,
    List<String> run,
    String timeout,
    List<Parameter> parameters,
    List<String> commits,
    int nodes) {
  /** Copies. */
  public ActionView {
    run = List.copyOf(run);
    parameters = List.copyOf(parameters);
    commits = List.copyOf(commits);
  }

  /**
   * A parameter.
   *
   * @param name its name
   * @param pattern what a value has to match, as a whole
   * @param preset its default; null when a value has to be given
   */
  public record Parameter(String name, String pattern, @Nullable String preset) {}

  /**
   * All of them.
   *
   * @param actions in order of name; one that several commits declare differently is there several
   *     times
   */
  public record All(List<ActionView> actions) {
    /** Copies. */
    public All {
      actions = List.copyOf(actions);
    }
  }
}
