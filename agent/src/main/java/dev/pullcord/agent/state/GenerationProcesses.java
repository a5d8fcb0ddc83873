package dev.pullcord.agent.state;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.ProcessTable;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.base.host.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the processes of a generation: the main one, which was started, and the rest, which it
 * started in turn. A process belongs to the rest if its environment names the generation's link, if
 * it is in the session that the main one leads, or if it is in the generation's unit.
 *
 * <p>What a shell was just waiting for ends a moment after it: only what still lives {@value
 * #SETTLES_MILLIS} ms after the main process was seen to be gone counts as left behind.
 */
public final class GenerationProcesses {
  private static final int SETTLES_MILLIS = 200;
  private static final Duration LOOK_EVERY = Duration.ofMillis(10);

  private final LongFunction<Path> links;
  private final HostClock clock;
  private final Signal never = new Signal();
  private final Set<Long> settled = new HashSet<>();

  /** Of the generations in that directory. */
  public GenerationProcesses(StateDirectory directory, HostClock clock) {
    this(number -> new GenerationFiles(directory, number).link(), clock);
  }

  private GenerationProcesses(LongFunction<Path> links, HostClock clock) {
    this.links = links;
    this.clock = clock;
  }

  /** Of the generations of that journal, whose directory another agent may hold. */
  public static GenerationProcesses of(Path journal) throws IOException {
    Path generations = journal.toRealPath().resolveSibling("generations");
    return new GenerationProcesses(
        number -> generations.resolve(Long.toString(number)).resolve("current"),
        HostClock.system());
  }

  /** Whether its main process lives. */
  public boolean mainLives(Generation generation) {
    return generation.process() != null && Processes.alive(generation.process());
  }

  /** Whether anything of it lives; waits a moment where only the rest does. */
  public boolean live(Generation generation) {
    if (mainLives(generation)) {
      return true;
    }
    long end = clock.nanos() + Duration.ofMillis(SETTLES_MILLIS).toNanos();
    while (!rest(generation).isEmpty()) {
      if (settled.contains(generation.number()) || clock.nanos() - end >= 0) {
        settled.add(generation.number());
        return true;
      }
      clock.await(never, never.count(), LOOK_EVERY);
    }
    settled.remove(generation.number());
    return false;
  }

  /** All of it that lives, but for its main process. */
  public List<ProcessId> rest(Generation generation) {
    return rest(generation, generation.process()).map(ProcessTable.Listed::id).toList();
  }

  /** Whether anything lives of it but for that process, which is or was its main one. */
  public boolean hasLeft(Generation generation, ProcessId main) {
    return rest(generation, main).findAny().isPresent();
  }

  private Stream<ProcessTable.Listed> rest(Generation generation, @Nullable ProcessId main) {
    return ProcessTable.all().stream()
        .filter(row -> !row.id().equals(main))
        .filter(row ->
            isInSession(main, row)
                || isInUnit(generation, row.pid())
                || isMarked(generation, row.pid()));
  }

  /** Its main process if that lives, else the first of the rest. */
  public Optional<ProcessId> shown(Generation generation) {
    return mainLives(generation)
        ? Optional.ofNullable(generation.process())
        : ProcessTable.heads(rest(generation)).stream().findFirst();
  }

  /** The main process, or one of the rest, is known to be that generation's, whatever the boot. */
  public boolean isKnown(Generation generation, @Nullable ProcessId process) {
    return process != null
        && Processes.alive(process)
        && (isMarked(generation, process.pid()) || isInUnit(generation, process.pid()));
  }

  /** Whether something lives that is known to be that generation's, whatever the boot. */
  public boolean anyKnown(Generation generation) {
    return ProcessTable.all().stream().anyMatch(row -> isKnown(generation, row.id()));
  }

  /**
   * The number of a session is not given away while one of it lives. So where another process has
   * the main one's pid the session is another's, too.
   */
  private static boolean isInSession(@Nullable ProcessId main, ProcessTable.Listed row) {
    return main != null
        && row.session() == main.pid()
        && row.id().start() >= main.start()
        && Processes.find(main.pid()).filter(other -> !other.equals(main)).isEmpty();
  }

  /** A command that looks at a generation names it, too: it is not of it. */
  private boolean isMarked(Generation generation, long pid) {
    String link = links.apply(generation.number()).toString();
    return ProcessTable.variable(pid, "PULLCORD_CURRENT").filter(link::equals).isPresent()
        && ProcessTable.variable(pid, CommandRunner.MARK).isEmpty();
  }

  /** Only slices may be above it: a unit of that name in a container is another one. */
  private static boolean isInUnit(Generation generation, long pid) {
    return generation.runner().equals(RunnerName.SYSTEMD)
        && Pattern.matches(
            "(/[^/]+\\.slice)*/pullcord-worker(-[^/@]+)?@"
                + generation.number()
                + "\\.service(/.*)?",
            ProcessTable.controlGroup(pid));
  }
}
