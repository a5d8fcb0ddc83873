package dev.pullcord.agent.rights;

import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.process.Detached;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.host.process.Sessions;
import dev.pullcord.agent.rights.runner.RemoteCommands;
import dev.pullcord.base.disk.AtomicFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Signals processes of workers, whoever they run as: the agent may signal its own user's alone. */
public final class Signals {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final int ROUNDS = 10;

  /** $0 is the signal; a pid and its start time each. Only the very process that is meant. */
  private static final String SEND =
      """
      set -f
      nth() { shift 19; start=$1; }
      while [ $# -gt 0 ]; do
        if { IFS= read -r stat < "/proc/$1/stat"; } 2> /dev/null; then
          IFS=' '
          nth ${stat##*) }
          [ "$start" != "$2" ] || kill -"$0" "$1" 2> /dev/null || [ ! -e "/proc/$1" ] || exit 76
        fi
        shift 2
      done
      """;

  private final Rights rights;

  /** As these say. */
  public Signals(Rights rights) {
    this.rights = rights;
  }

  /**
   * Sends SIGTERM to a process of a unit, unless that was done before with the same claim.
   *
   * @throws IOException when it was not sent, or nobody knows whether it was
   */
  public void terminateOnce(ProcessId process, Path claim) throws IOException {
    Optional<RemoteCommands> remote = remote(process);
    if (remote.isEmpty()) {
      Detached.terminateOnce(process, claim);
    } else {
      terminateOnce(remote.get(), process, claim);
    }
  }

  /**
   * The claim comes first: a process that drains must not be sent a second one because the disk
   * took no claim. It goes again where the signal was surely not sent.
   */
  static void terminateOnce(CommandRunner by, ProcessId process, Path claim) throws IOException {
    try {
      AtomicFiles.createNew(claim, "");
    } catch (FileAlreadyExistsException e) {
      return;
    }
    CommandResult result = run(by, "TERM", List.of(process));
    if (result.succeeded()) {
      return;
    }
    if (surelyNotSent(result)) {
      Files.delete(claim);
    }
    throw notSent("TERM", List.of(process), result);
  }

  private static boolean surelyNotSent(CommandResult result) {
    return result.end() == CommandResult.End.NOT_STARTED
        ? !result.mayHaveRun()
        : result.end() == CommandResult.End.EXITED && !result.killed();
  }

  /**
   * Kills a process and the rest.
   *
   * @param leader null where only the rest is left
   * @param rest asked anew in each round
   * @return how many processes were sent it
   */
  public int kill(@Nullable ProcessId leader, Supplier<List<ProcessId>> rest) throws IOException {
    Supplier<List<ProcessId>> all =
        () -> {
          List<ProcessId> living = new ArrayList<>(rest.get());
          if (leader != null && Processes.alive(leader)) {
            living.addFirst(leader);
          }
          return living;
        };
    Optional<RemoteCommands> remote = all.get().stream().findFirst().flatMap(this::remote);
    if (remote.isEmpty()) {
      return leader == null ? Sessions.kill(rest) : Sessions.kill(leader, rest);
    }
    Set<ProcessId> sent = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      List<ProcessId> left = all.get().stream().filter(p -> !sent.contains(p)).toList();
      if (left.isEmpty()) {
        break;
      }
      send(remote.get(), "KILL", left);
      sent.addAll(left);
    }
    return sent.size();
  }

  /** Who signals for us; empty for a process of our own. */
  private Optional<RemoteCommands> remote(ProcessId process) {
    return Processes.isOurs(process) ? Optional.empty() : rights.remoteOf(ownerOf(process));
  }

  /** Empty when it has ended. */
  private static String ownerOf(ProcessId process) {
    try {
      return Files.getOwner(Path.of("/proc", Long.toString(process.pid()))).getName();
    } catch (IOException e) {
      return "";
    }
  }

  private static void send(CommandRunner by, String signal, List<ProcessId> processes)
      throws IOException {
    CommandResult result = run(by, signal, processes);
    if (!result.succeeded()) {
      throw notSent(signal, processes, result);
    }
  }

  private static CommandResult run(CommandRunner by, String signal, List<ProcessId> processes) {
    List<String> run = new ArrayList<>(List.of("/bin/sh", "-c", SEND, signal));
    for (ProcessId process : processes) {
      run.add(Long.toString(process.pid()));
      run.add(Long.toString(process.start()));
    }
    return by.run(new Command(run, Path.of("/"), Map.of(), WITHIN), () -> false);
  }

  private static IOException notSent(
      String signal, List<ProcessId> processes, CommandResult result) {
    return new IOException(
        "SIG%s may not be sent to %s by the user of the commands: %s"
            .formatted(
                signal,
                processes.stream().map(p -> "pid " + p.pid()).toList(),
                result.output().strip()));
  }
}
