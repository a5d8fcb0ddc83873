package dev.pullcord.agent.host.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The two things about a worker that must happen once, whenever the agent is killed: its start and
 * its SIGTERM. Each is left to a shim in a session of its own, which first claims a file by
 * creating it exclusively. A kill of the agent does not end the shim, and whoever finds an intent
 * without a note claims the same file again: either a shim was first, or it comes late and does
 * nothing.
 *
 * <p>The starting shim writes its pid and start time into the file and becomes the program, with
 * files for its streams; a late one ends with {@value #NOT_CLAIMED}. The other one sends the signal
 * to the very process that was meant.
 */
public final class Detached {
  /** The exit code of a shim whose claim was taken. */
  public static final int NOT_CLAIMED = 75;

  private static final int NOT_ALLOWED = 76;
  private static final Path DEV_NULL = Path.of("/dev/null");
  private static final int TERMINATED_WITHIN_SECONDS = 5;

  /** $0 is the file to claim, the arguments are the program's. Only builtins before the exec. */
  private static final String START =
      """
      set -C -f
      nth() { shift 19; start=$1; }
      IFS= read -r stat < /proc/$$/stat || exit 75
      IFS=' '
      nth ${stat##*) }
      pullcord_mask=$(umask) && umask 077 || exit 75
      echo "$$ $start" > "$0" || exit 75
      umask "$pullcord_mask"
      exec "$@"
      """;

  /**
   * $0 is the file to claim, $1 the pid, $2 the start time. Creating needs no space for data. A
   * signal that was refused is claimed by nobody: the next try is to be refused as well.
   */
  private static final String TERMINATE =
      """
      set -C -f
      nth() { shift 19; start=$1; }
      { IFS= read -r stat < "/proc/$1/stat"; } 2> /dev/null || exit 0
      IFS=' '
      nth ${stat##*) }
      [ "$start" = "$2" ] || exit 0
      umask 077
      { true > "$0"; } 2> /dev/null || { [ -e "$0" ]; exit; }
      kill -TERM "$1" 2> /dev/null || [ ! -e "/proc/$1" ] || { rm -f "$0"; exit 76; }
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

  /** $0 gets both streams, appended. */
  private static final String LOGGED = "exec \"$@\" >> \"$0\" 2>&1";

  /**
   * The argument list of a command that claims a file before it begins, as a start does, in a
   * session of its own, with both streams appended to a log; it ends with {@value #NOT_CLAIMED}
   * where the claim was taken.
   */
  public static List<String> claimed(Path claim, Path log, List<String> run) {
    List<String> argv = new ArrayList<>(List.of("setsid", "/bin/sh", "-c", START));
    argv.add(claim.toString());
    argv.addAll(logged(log, run));
    return argv;
  }

  /** The argument list of a command whose streams are appended to a log. */
  public static List<String> logged(Path log, List<String> run) {
    List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", LOGGED, log.toString()));
    argv.addAll(run);
    return argv;
  }

  /** What forks; replaced only to prove that a harness notices a start without a claim. */
  @FunctionalInterface
  public interface Forker {
    /** Forks; the process may not have claimed yet when this returns. */
    Process fork(Spec spec) throws IOException;
  }

  /** Forks; the process may not have claimed yet when this returns. */
  public static Process start(Spec spec) throws IOException {
    List<String> argv = new ArrayList<>();
    argv.addAll(List.of("setsid", "/bin/sh", "-c", START, spec.claim().toString()));
    argv.addAll(spec.run());
    ProcessBuilder builder =
        new ProcessBuilder(argv)
            .directory(spec.directory().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(DEV_NULL.toFile()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(spec.log().toFile()));
    builder.environment().clear();
    builder.environment().putAll(spec.environment());
    return builder.start();
  }

  /** The argument list of what claims the file and sends SIGTERM. */
  static List<String> terminating(ProcessId process, Path claim) {
    return List.of(
        "setsid",
        "/bin/sh",
        "-c",
        TERMINATE,
        claim.toString(),
        Long.toString(process.pid()),
        Long.toString(process.start()));
  }

  /**
   * Sends SIGTERM to a process, unless that was done before with the same claim or it is gone.
   *
   * @throws IOException when the claim cannot be made; the signal was not sent then
   */
  public static void terminateOnce(ProcessId process, Path claim) throws IOException {
    Process shim =
        new ProcessBuilder(terminating(process, claim))
            .redirectInput(ProcessBuilder.Redirect.from(DEV_NULL.toFile()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      boolean ended = shim.waitFor(TERMINATED_WITHIN_SECONDS, TimeUnit.SECONDS);
      if (ended && shim.exitValue() == NOT_ALLOWED) {
        throw new IOException(
            "SIGTERM may not be sent to pid %d by user %s; its owner has to do it"
                .formatted(process.pid(), System.getProperty("user.name")));
      }
      if (!ended || shim.exitValue() != 0) {
        throw new IOException("cannot claim " + claim + " to send SIGTERM (is the disk full?)");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while sending SIGTERM to " + process.pid(), e);
    }
  }
}
