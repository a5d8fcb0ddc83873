package dev.pullcord.agent.host.process;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Kills a process together with what it has started, at once and without asking it. */
public final class Sessions {
  private static final int ROUNDS = 10;

  private Sessions() {}

  /**
   * Sends SIGKILL to this very process, to all of its session if it leads one, and to the rest. Its
   * leader goes first, so that it starts nothing anew; then again and again, until nobody is left.
   *
   * @param rest what else lives of it, asked anew in each round
   * @return how many processes were sent it
   * @throws IOException when it may not be sent to the process
   */
  public static int kill(ProcessId leader, Supplier<List<ProcessId>> rest) throws IOException {
    if (!Processes.alive(leader)) {
      return kill(rest);
    }
    boolean leads =
        ProcessTable.row(leader.pid()).filter(row -> row.session() == leader.pid()).isPresent();
    if (!send(leader) && Processes.alive(leader)) {
      throw new IOException(
          "SIGKILL may not be sent to pid %d by user %s; its owner has to do it"
              .formatted(leader.pid(), System.getProperty("user.name")));
    }
    return 1
        + kill(() -> {
          Set<ProcessId> left = new HashSet<>(rest.get());
          if (leads && isNobodyElses(leader)) {
            ProcessTable.all().stream()
                .filter(row -> row.session() == leader.pid() && !row.id().equals(leader))
                .forEach(row -> left.add(row.id()));
          }
          return List.copyOf(left);
        });
  }

  /** Sends SIGKILL to all of these, until a look finds none, or only such as it was sent to. */
  public static int kill(Supplier<List<ProcessId>> processes) {
    Set<ProcessId> sent = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      List<ProcessId> left = processes.get().stream().filter(p -> !sent.contains(p)).toList();
      if (left.isEmpty()) {
        return sent.size();
      }
      left.forEach(Sessions::send);
      sent.addAll(left);
    }
    return sent.size();
  }

  /** The session is gone where somebody else has its number. */
  private static boolean isNobodyElses(ProcessId leader) {
    return Processes.find(leader.pid()).filter(other -> !other.equals(leader)).isEmpty();
  }

  private static boolean send(ProcessId process) {
    return Processes.alive(process)
        && ProcessHandle.of(process.pid()).filter(ProcessHandle::destroyForcibly).isPresent();
  }
}
