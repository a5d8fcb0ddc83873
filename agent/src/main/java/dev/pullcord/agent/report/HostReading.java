package dev.pullcord.agent.report;

import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.Programs;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.protocol.contact.NodeFacts;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what people want to know of this host. What cannot be read is unknown and never a failure.
 */
public final class HostReading implements Supplier<NodeFacts> {
  private static final Duration PYTHON_MAX = Duration.ofSeconds(10);
  private static final String VERSION = "import platform; print(platform.python_version())";
  private static final String NAME = "PRETTY_NAME=";

  private final Path root;
  private final Path state;
  private final Path temporary;
  private final CommandRunner runner;
  private final Instant startedAt;
  private @Nullable Asked asked;

  /** What an interpreter answered, until its file is another one. */
  private record Asked(Path python, FileTime changed, String version) {}

  /**
   * Of this host.
   *
   * @param root of its files: {@code /}
   * @param state the state directory, whose disk is looked at
   * @param temporary where a command may run
   * @param runner asks Python for its version
   * @param startedAt when this agent started
   */
  public HostReading(
      Path root, Path state, Path temporary, CommandRunner runner, Instant startedAt) {
    this.root = root;
    this.state = state;
    this.temporary = temporary;
    this.runner = runner;
    this.startedAt = startedAt;
  }

  @Override
  public NodeFacts get() {
    long total = 0;
    long free = 0;
    try {
      FileStore disk = Files.getFileStore(state);
      total = disk.getTotalSpace();
      free = disk.getUsableSpace();
    } catch (IOException e) {
      total = 0; // the page says that it is not known
    }
    String name = System.getProperty("os.name", "");
    String kernel =
        "%s %s %s"
            .formatted(name, System.getProperty("os.version", ""), System.getProperty("os.arch"));
    return new NodeFacts(system(name), kernel, python(), total, free, startedAt);
  }

  private String system(String otherwise) {
    for (String file : List.of("etc/os-release", "usr/lib/os-release")) {
      try {
        for (String line : Files.readAllLines(root.resolve(file))) {
          if (line.startsWith(NAME)) {
            return line.substring(NAME.length()).replace("\"", "");
          }
        }
      } catch (IOException e) {
        continue; // the other one, or none
      }
    }
    return otherwise;
  }

  private @Nullable String python() {
    return Programs.onPath("python3", Surroundings.environment()).map(this::version).orElse(null);
  }

  private @Nullable String version(Path named) {
    try {
      Path python = named.toRealPath();
      FileTime changed = Files.getLastModifiedTime(python);
      Asked known = asked;
      if (known != null && known.python().equals(python) && known.changed().equals(changed)) {
        return known.version();
      }
      String version = ask(named);
      asked = version == null ? null : new Asked(python, changed, version);
      return version;
    } catch (IOException e) {
      return null; // it is being replaced; the next look finds it
    }
  }

  private @Nullable String ask(Path python) {
    CommandResult result =
        runner.run(
            new Command(
                List.of(python.toString(), "-I", "-S", "-c", VERSION),
                temporary,
                Surroundings.environment(),
                PYTHON_MAX),
            () -> false);
    return result.succeeded() ? result.output().strip() : null;
  }
}
