package dev.pullcord.agent.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ends a process together with what it has started, at once and without asking it. */
public final class Sessions {
  private static final Path PROC = Path.of("/proc");
  private static final int ROUNDS = 10;
  private static final int SESSION = 6;

  private Sessions() {}

  /**
   * Sends SIGKILL to this very process and to all of its session, if it leads one. Its leader goes
   * first, so that it starts nothing anew; then again and again, until nobody is left.
   *
   * @return how many processes were sent it; 0 when the process is gone
   * @throws IOException when it may not be sent to the process
   */
  public static int kill(ProcessId leader) throws IOException {
    if (!Processes.alive(leader)) {
      return 0;
    }
    boolean leads = session(leader.pid()).filter(s -> s == leader.pid()).isPresent();
    if (!send(leader.pid()) && Processes.alive(leader)) {
      throw new IOException(
          "SIGKILL may not be sent to pid %d by user %s; its owner has to do it"
              .formatted(leader.pid(), System.getProperty("user.name")));
    }
    int sent = 1;
    for (int round = 0; leads && round < ROUNDS; round++) {
      if (Processes.find(leader.pid()).filter(other -> !other.equals(leader)).isPresent()) {
        return sent; // the session is gone, and somebody else has its number
      }
      List<Long> left = members(leader.pid());
      if (left.isEmpty()) {
        return sent;
      }
      left.forEach(Sessions::send);
      sent += left.size();
    }
    return sent;
  }

  private static boolean send(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::destroyForcibly).isPresent();
  }

  /** Those that live, but for the leader. */
  private static List<Long> members(long session) throws IOException {
    List<Long> members = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        if (pid != session
            && session(pid).filter(s -> s == session).isPresent()
            && Processes.find(pid).isPresent()) {
          members.add(pid);
        }
      }
    }
    return members;
  }

  private static Optional<Long> session(long pid) {
    try {
      String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
      // The second field is the program's name in parentheses and may itself hold parentheses.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return Optional.of(Long.parseLong(fields[SESSION - 3]));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
