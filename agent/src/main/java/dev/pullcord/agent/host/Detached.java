package dev.pullcord.agent.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts a program that outlives the agent: in a session of its own, with files for its streams.
 *
 * <p>A kill of the agent between the fork and the note of it must not lead to a second process. So
 * the program is started by a shim that first claims a file by creating it exclusively, writes its
 * pid and start time into it, and only then becomes the program. Whoever finds an intent without a
 * note claims the same file: either the shim was first and is found in it, or it comes late and
 * ends with {@value #NOT_CLAIMED}.
 */
public final class Detached {
  /** The exit code of a shim whose claim was taken. */
  public static final int NOT_CLAIMED = 75;

  /** $0 is the file to claim, the arguments are the program's. Only builtins before the exec. */
  private static final String SHIM =
      """
      set -C -f
      nth() { shift 19; start=$1; }
      IFS= read -r stat < /proc/$$/stat || exit 75
      IFS=' '
      nth ${stat##*) }
      echo "$$ $start" > "$0" || exit 75
      exec "$@"
      """;

  private Detached() {}

  /**
   * What to start.
   *
   * @param run absolute program and arguments
   * @param directory where
   * @param environment all of it
   * @param claim the file that the shim claims
   * @param log gets both streams, appended
   */
  public record Spec(
      List<String> run, Path directory, Map<String, String> environment, Path claim, Path log) {
    /** Copies. */
    public Spec {
      run = List.copyOf(run);
      environment = Map.copyOf(environment);
    }
  }

  /** Forks; the process may not have claimed yet when this returns. */
  public static Process start(Spec spec) throws IOException {
    return start(spec, SHIM);
  }

  static Process start(Spec spec, String shim) throws IOException {
    List<String> argv = new ArrayList<>();
    argv.addAll(List.of("setsid", "/bin/sh", "-c", shim, spec.claim().toString()));
    argv.addAll(spec.run());
    ProcessBuilder builder =
        new ProcessBuilder(argv)
            .directory(spec.directory().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(spec.log().toFile()));
    builder.environment().clear();
    builder.environment().putAll(spec.environment());
    return builder.start();
  }
}
