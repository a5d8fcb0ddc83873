package dev.pullcord.agent.host.command;

import dev.pullcord.agent.host.process.ControlGroup;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.ProcessTable;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.host.process.Sessions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Everything that one command starts, so that it can be killed whole. Where the agent may make
 * control groups the command runs in one of its own, which nothing leaves by itself. Elsewhere a
 * process is of the command if its environment has the command's mark, if it has the command's
 * output open, if it is in the command's session, or if its parent is one of these. Only one that
 * forgets all of that before its parent ends gets away.
 */
final class CommandGroup {
  /** Makes a session and becomes the program; says so if it cannot. */
  static final String SESSION = "setsid";

  private static final int ROUNDS = 200;
  private static final int SETTLES_MILLIS = 5;
  private static final int ENDS_WITHIN_SECONDS = 2;

  /** The agent's Java, which starts every program by one of its own, {@code jspawnhelper}. */
  private static final Path JAVA = Path.of(System.getProperty("java.home"));

  /** Begins the mark of a command that may leave something behind. */
  private static final String KEEP = "keep-";

  private final String name;
  private final Path output;
  private final Optional<ControlGroup> control;

  /**
   * Of a command.
   *
   * @param temporary a directory that no other agent has
   * @param output the file that it writes to, and nobody else
   */
  CommandGroup(Path temporary, Path output, boolean mayLeave) {
    this.output = output;
    this.name = (mayLeave ? KEEP : "") + UUID.randomUUID();
    this.control = mayLeave ? Optional.empty() : ControlGroup.make(temporary, name);
  }

  /**
   * Kills the commands of an agent that was killed meanwhile: nobody waits for their end any more.
   *
   * @param temporary where their output was kept
   * @param releases where they run
   */
  static void killLeft(Path temporary, Path releases) {
    ControlGroup.killLeft(temporary, pid -> runsIn(releases, pid));
    var unused =
        Sessions.kill(() ->
            ProcessTable.all().stream()
                .filter(row -> row.pid() != Processes.self())
                .filter(row ->
                    ProcessTable.variable(row.pid(), CommandRunner.MARK)
                        .filter(mark -> !mark.startsWith(KEEP))
                        .isPresent())
                .filter(row -> runsIn(releases, row.pid()))
                .map(ProcessTable.Listed::id)
                .toList());
  }

  private static boolean runsIn(Path releases, long pid) {
    return ProcessTable.variable(pid, "PULLCORD_RELEASE")
        .filter(release -> release.startsWith(releases + "/"))
        .isPresent();
  }

  /** The value of its mark. */
  String name() {
    return name;
  }

  /**
   * The argument list of the command, as it has to be started to be of the group: in a session of
   * its own, but for one that may leave a daemon: that goes its own ways.
   */
  List<String> joined(List<String> run) {
    List<String> argv = new ArrayList<>(run);
    if (!name.startsWith(KEEP)) {
      argv.addFirst(SESSION);
    }
    return control.map(group -> group.joined(argv)).orElse(argv);
  }

  /** Nothing was started: what was made ready for it goes. */
  void nothingStarted() {
    control.ifPresent(ControlGroup::remove);
  }

  /** Kills what lives of it, its first process at the head, until nothing does. */
  void kill(Process first) {
    first.destroyForcibly();
    boolean interrupted = false;
    if (control.isPresent()) {
      control.get().kill();
    }
    Set<ProcessId> known = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      List<ProcessId> living = living(first.pid(), known);
      if (living.isEmpty()) {
        break;
      }
      known.addAll(living);
      for (ProcessId process : living) {
        ProcessHandle.of(process.pid())
            .filter(_ -> Processes.alive(process))
            .ifPresent(ProcessHandle::destroyForcibly);
      }
      interrupted |= pause(first);
    }
    control.ifPresent(ControlGroup::remove);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** They take a moment to die; whether that was interrupted. */
  private static boolean pause(Process first) {
    try {
      if (first.isAlive()) {
        var unused = first.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS);
      } else {
        TimeUnit.MILLISECONDS.sleep(SETTLES_MILLIS);
      }
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private List<ProcessId> living(long first, Set<ProcessId> known) {
    List<ProcessTable.Listed> candidates = ProcessTable.since(first);
    candidates.removeIf(row -> ProcessTable.isOurThread(row.pid()));
    Set<Long> found = new HashSet<>();
    known.forEach(process -> found.add(process.pid()));
    List<ProcessId> living = new ArrayList<>();
    boolean more = true;
    while (more) {
      more = false;
      for (ProcessTable.Listed row : List.copyOf(candidates)) {
        if (row.pid() == first || found.contains(row.parent()) || isOf(row, first)) {
          candidates.remove(row);
          found.add(row.pid());
          living.add(row.id());
          more = true;
        }
      }
    }
    return living;
  }

  private boolean isOf(ProcessTable.Listed row, long first) {
    if (row.pid() == Processes.self()) {
      return false; // it may just be reading the output
    }
    return row.session() == first
        || ProcessTable.variable(row.pid(), CommandRunner.MARK).filter(name::equals).isPresent()
        || (!isJustBeingStarted(row) && ProcessTable.hasOpen(row.pid(), output));
  }

  /**
   * Whether this is a child of the agent that another thread makes at this moment. Until it becomes
   * its program it has open what the agent has open, the output that is being read among it.
   */
  private static boolean isJustBeingStarted(ProcessTable.Listed row) {
    return row.parent() == Processes.self()
        && ProcessTable.program(row.pid()).filter(p -> p.startsWith(JAVA)).isPresent();
  }
}
