package dev.pullcord.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A test that cannot run without a tool says so here, first thing. Where the tool is missing the
 * test is skipped and noted in {@code build/missing-tools} for the summary of {@code ./pullcord
 * test}; with {@code PULLCORD_TEST_REQUIRE=all} it fails instead, so that nothing is left out
 * unseen where all tools are supposed to be.
 */
public final class Needs {
  private static final Map<String, String> HOW_TO_GET =
      Map.ofEntries(
          Map.entry("chromium", "apt-get install chromium"),
          Map.entry("debootstrap", "apt-get install debootstrap"),
          Map.entry("dpkg-deb", "apt-get install dpkg"),
          Map.entry("faketime", "apt-get install faketime"),
          Map.entry("fcgiwrap", "apt-get install fcgiwrap"),
          Map.entry("fish", "apt-get install fish"),
          Map.entry("gcc", "apt-get install gcc libc6-dev"),
          Map.entry("git", "apt-get install git"),
          Map.entry("lintian", "apt-get install lintian"),
          Map.entry("openssl", "apt-get install openssl"),
          Map.entry("git-shell", "apt-get install git"),
          Map.entry("ip", "apt-get install iproute2"),
          Map.entry("nginx", "apt-get install nginx-light"),
          Map.entry("nsenter", "apt-get install util-linux"),
          Map.entry("ps", "apt-get install procps"),
          Map.entry("rabbitmq-server", "apt-get install rabbitmq-server"),
          Map.entry("redis-cli", "apt-get install redis-tools"),
          Map.entry("redis-server", "apt-get install redis-server"),
          Map.entry("setsid", "apt-get install util-linux"),
          Map.entry("setpriv", "apt-get install util-linux"),
          Map.entry("ssh-keygen", "apt-get install openssh-client"),
          Map.entry("sshd", "apt-get install openssh-server"),
          Map.entry("strace", "apt-get install strace"),
          Map.entry("systemd-analyze", "apt-get install systemd"),
          Map.entry("systemd-nspawn", "apt-get install systemd-container"),
          Map.entry("systemd-sysusers", "apt-get install systemd"),
          Map.entry("systemd-tmpfiles", "apt-get install systemd"),
          Map.entry("unshare", "apt-get install util-linux"),
          Map.entry("zsh", "apt-get install zsh"));

  /** Whether a Python has modules: of all that is asked here the one that costs something. */
  private static final Map<String, Boolean> IMPORTS = new ConcurrentHashMap<>();

  private Needs() {}

  /** The program's path; skips or fails the test when it is not on PATH. */
  public static Path tool(String name) {
    return find(name, System.getenv("PATH"))
        .orElseThrow(
            () -> missing(name, HOW_TO_GET.getOrDefault(name, "install " + name + "; see PATH")));
  }

  /** A Python that has celery and redis; skips or fails the test when none on PATH has. */
  public static Path celery() {
    return pythonWith("celery, redis", "python3-celery python3-redis");
  }

  /** The same, with more modules; skips or fails the test when none on PATH has them. */
  public static void celeryWith(String module) {
    if (!imports(celery(), module)) {
      throw missing("python3 with " + module, "apt-get install python3-" + module);
    }
  }

  /** A Python that has these modules; skips or fails the test when none on PATH has. */
  public static Path pythonWith(String modules, String packages) {
    for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
      Optional<Path> python = find("python3", directory);
      if (python.isPresent() && imports(python.get(), modules)) {
        return python.get();
      }
    }
    throw missing("python3 with " + modules, "apt-get install " + packages);
  }

  /** Skips or fails the test unless the first Python on PATH can make venvs with pip. */
  public static void pythonVenv() {
    Optional<Path> python = find("python3", System.getenv("PATH"));
    if (python.isEmpty() || !imports(python.get(), "venv, ensurepip")) {
      throw missing("python3 with venv", "apt-get install python3-venv");
    }
  }

  private static boolean imports(Path python, String modules) {
    return IMPORTS.computeIfAbsent(python + " " + modules, _ -> tries(python, modules));
  }

  private static boolean tries(Path python, String modules) {
    try {
      return new ProcessBuilder(python.toString(), "-c", "import " + modules)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Skips or fails the test unless it runs as root; what root is needed for is the reason. */
  public static void root(String reason) {
    if (!"root".equals(System.getProperty("user.name"))) {
      throw missing("root", "run as root: " + reason);
    }
  }

  /**
   * Skips the test unless this command ends with 0; also with {@code PULLCORD_TEST_REQUIRE=all}: it
   * asks what the machine is like, which nobody can install.
   */
  public static void works(String what, String howToGet, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor() != 0) {
        throw skipped(what, howToGet);
      }
    } catch (IOException e) {
      throw skipped(what, howToGet);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw skipped(what, howToGet);
    }
  }

  /** Skips or fails the test unless this directory exists. */
  public static Path directory(Path path, String howToGet) {
    if (!Files.isDirectory(path)) {
      throw missing(path.toString(), howToGet);
    }
    return path;
  }

  /** Looks a program up as a shell does. */
  static Optional<Path> find(String name, @Nullable String searchPath) {
    if (searchPath == null) {
      return Optional.empty();
    }
    for (String directory : searchPath.split(File.pathSeparator, -1)) {
      Path candidate = Path.of(directory, name);
      if (!directory.isEmpty() && Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static RuntimeException missing(String tool, String howToGet) {
    String message = tool + " is missing: " + howToGet;
    if ("all".equals(System.getenv("PULLCORD_TEST_REQUIRE"))) {
      return Assertions.fail(message + " (PULLCORD_TEST_REQUIRE=all)");
    }
    return skipped(tool, howToGet);
  }

  private static RuntimeException skipped(String tool, String howToGet) {
    note(tool + "\t" + howToGet + "\t" + testThatAsked() + "\n");
    return Assumptions.abort(tool + " is missing: " + howToGet);
  }

  private static String testThatAsked() {
    return StackWalker.getInstance()
        .walk(frames ->
            frames
                .filter(frame -> !frame.getClassName().equals(Needs.class.getName()))
                .findFirst()
                .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                .orElse("?"));
  }

  private static void note(String line) {
    String root = System.getProperty("pullcord.root");
    if (root == null) {
      return;
    }
    try {
      Path build = Files.createDirectories(Path.of(root, "build"));
      Files.writeString(
          build.resolve("missing-tools"),
          line,
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
