package dev.pullcord.testkit.broker;

import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs programs of Debian 13 on this machine: Python 3.13, Celery 5.5, Redis 8, RabbitMQ 4. They
 * come from a root that {@code scripts/lab.sh} makes once, in {@code build/lab}; files, network and
 * processes are those of this machine. The tests of the lab boot hosts from the same root.
 */
public final class Debian13 {
  private final Path script;
  private final Path base;

  private Debian13(Path script, Path base) {
    this.script = script;
    this.base = base;
  }

  /** Makes the root if it is not there; skips the test where that cannot be done. */
  public static Debian13 made() {
    Needs.root("it mounts the programs of another Debian");
    Needs.tool("debootstrap");
    Needs.tool("unshare");
    Path root = Path.of(System.getProperty("pullcord.root"));
    Path script = root.resolve("scripts/lab.sh");
    Path base = root.resolve("build/lab/trixie");
    Needs.works(
        "a Debian mirror",
        "scripts/lab.sh base build/lab/trixie trixie shows what is wrong",
        List.of(script.toString(), "base", base.toString(), "trixie"));
    Debian13 made = new Debian13(script, base);
    Needs.works(
        "a machine where the programs of another Debian can be mounted",
        "run it in a virtual machine",
        made.command(List.of("true")));
    return made;
  }

  /** A command line that runs this one with Debian 13's programs, in the same process. */
  public List<String> command(List<String> run) {
    List<String> all = new ArrayList<>(List.of(script.toString(), "in", base.toString()));
    all.addAll(run);
    return all;
  }

  /** The root. */
  public Path base() {
    return base;
  }

  /** A directory for PATH whose only program is {@code python3}, with Celery 5.5. */
  public Path path() {
    Path directory = base.resolveSibling("trixie.path");
    try {
      Files.createDirectories(directory);
      Path python = Files.createTempFile(directory, "python3", "");
      Files.writeString(
          python,
          "#!/bin/sh\nexec "
              + String.join(" ", command(List.of("/usr/bin/python3")))
              + " \"$@\"\n");
      if (!python.toFile().setExecutable(true, false)) {
        throw new IOException(python + " cannot be made executable");
      }
      Files.move(python, directory.resolve("python3"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return directory;
  }

  /** Its Python, with Celery 5.5. */
  public Path python() {
    return path().resolve("python3");
  }
}
