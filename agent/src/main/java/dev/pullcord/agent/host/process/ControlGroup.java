package dev.pullcord.agent.host.process;

import dev.pullcord.base.text.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control group for one command, below the agent's own. Made only where systemd has given that to
 * the agent ({@code Delegate=yes}): elsewhere the tree is somebody else's, whatever root may do.
 */
public final class ControlGroup {
  private static final Logger LOG = LoggerFactory.getLogger(ControlGroup.class);
  private static final Path TREE = Path.of("/sys/fs/cgroup");
  private static final String PREFIX = "command-";

  /** Of this process: a pass that warms the program up must not end the commands of a real one. */
  private static final String PROCESS = UUID.randomUUID() + ".";

  private static final int OWNER_DIGITS = 12;

  /** As agents of 0.2.0 named them: they do not say whose they are. */
  private static final Pattern UNNAMED = Pattern.compile(PREFIX + "[0-9a-f]{8}-.*");

  private static final int REMOVE_TRIES = 50;

  /** $0 is the group's list of processes. It is joined before anything of the command runs. */
  private static final String JOIN = "echo 0 > \"$0\" || exit 126; exec \"$@\"";

  private final Path directory;

  private ControlGroup(Path directory) {
    this.directory = directory;
  }

  /**
   * A fresh one; empty where the agent may not make any.
   *
   * @param temporary a directory of the agent's: another one may share its control group
   */
  public static Optional<ControlGroup> make(Path temporary, String name) {
    Optional<Path> parent = own();
    if (parent.isEmpty()) {
      return Optional.empty();
    }
    Path directory = parent.get().resolve(of(temporary) + PROCESS + name);
    try {
      Files.createDirectory(directory);
      if (Files.isWritable(directory.resolve("cgroup.kill"))) {
        return Optional.of(new ControlGroup(directory));
      }
      Files.delete(directory);
    } catch (IOException e) {
      LOG.debug("no control group for a command: {}", e.toString());
    }
    return Optional.empty();
  }

  /** The agent's own, where it may make others below it. */
  private static Optional<Path> own() {
    String own = ProcessTable.controlGroup(Processes.self());
    return Optional.of(own)
        .filter(group -> group.startsWith("/"))
        .map(group -> TREE.resolve(group.substring(1)))
        .filter(group -> Files.isWritable(group.resolve("cgroup.procs")) && isDelegated(group));
  }

  private static String of(Path temporary) {
    String path = temporary.toAbsolutePath().normalize().toString();
    return PREFIX + Sha256.hex(path).substring(0, OWNER_DIGITS) + "-";
  }

  /** What a process that was killed has left, where nobody else works in this control group. */
  public static void killAllLeft() {
    own().ifPresent(own -> killThose(own, _ -> true));
  }

  /**
   * What an agent that was killed has left.
   *
   * @param temporary its directory
   * @param ours whether a process is of this agent's, for groups that do not say it
   */
  public static void killLeft(Path temporary, LongPredicate ours) {
    own().ifPresent(own -> killLeft(own, temporary, ours));
  }

  static void killLeft(Path own, Path temporary, LongPredicate ours) {
    String named = of(temporary);
    killThose(
        own,
        group -> {
          String name = String.valueOf(group.getFileName());
          return name.startsWith(named)
              || (UNNAMED.matcher(name).matches() && pids(group).anyMatch(ours));
        });
  }

  private static void killThose(Path own, Predicate<Path> those) {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(own, PREFIX + "*")) {
      for (Path directory : left) {
        if (!directory.toString().contains("-" + PROCESS) && those.test(directory)) {
          ControlGroup group = new ControlGroup(directory);
          group.kill();
          group.remove();
        }
      }
    } catch (IOException e) {
      LOG.warn("what commands have left behind cannot be found: {}", e.toString());
    }
  }

  private static LongStream pids(Path group) {
    try {
      return Files.readAllLines(group.resolve("cgroup.procs")).stream().mapToLong(Long::parseLong);
    } catch (IOException e) {
      return LongStream.empty(); // it has just gone
    }
  }

  /** systemd leaves a note on what it has given away, and gives it to the unit's user. */
  private static boolean isDelegated(Path group) {
    UserDefinedFileAttributeView notes =
        Files.getFileAttributeView(group, UserDefinedFileAttributeView.class);
    try {
      if (notes == null || !notes.list().contains("delegate")) {
        return false;
      }
      ByteBuffer value = ByteBuffer.allocate(notes.size("delegate"));
      notes.read("delegate", value);
      return StandardCharsets.US_ASCII.decode(value.flip()).toString().strip().equals("1");
    } catch (IOException e) {
      return false;
    }
  }

  public List<String> joined(List<String> run) {
    List<String> argv =
        new ArrayList<>(
            List.of("/bin/sh", "-c", JOIN, directory.resolve("cgroup.procs").toString()));
    argv.addAll(run);
    return argv;
  }

  /** All that is in it, at once; nothing in it can fork away from that. */
  public void kill() {
    try {
      Files.writeString(directory.resolve("cgroup.kill"), "1");
    } catch (IOException e) {
      LOG.warn("{} cannot be killed: {}", directory, e.toString());
    }
  }

  /** The kernel lets it go when the last process has been reaped, which takes a moment. */
  public void remove() {
    for (int tries = 0; tries < REMOVE_TRIES; tries++) {
      try {
        Files.deleteIfExists(directory);
        return;
      } catch (IOException e) {
        LOG.debug("{} is still in use: {}", directory, e.toString());
        try {
          TimeUnit.MILLISECONDS.sleep(5);
        } catch (InterruptedException interrupt) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }
}
