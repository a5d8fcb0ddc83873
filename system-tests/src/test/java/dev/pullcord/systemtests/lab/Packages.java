package dev.pullcord.systemtests.lab;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Packages of this build, made by {@code scripts/package.sh} in a hurry: compressed only a little.
 */
public final class Packages {
  private static final Duration LIMIT = Duration.ofSeconds(300);
  private static final Path ROOT = Path.of(System.getProperty("pullcord.root"));

  /** Of this run, whose processes share them: to make one costs a minute of both cores. */
  private static final Path MADE =
      ROOT.resolve("system-tests/target/packages").resolve(System.getProperty("pullcord.run"));

  private static final String VERSION = "1.2.3";
  private static final Map<String, String> NAMES =
      Map.of("agent", "pullcord-agent", "server", "pullcord-server", "cli", "pullcord");
  private static final Map<String, Packages> OF_THIS_RUN = new ConcurrentHashMap<>();

  private final Path directory;
  private final String name;

  private Packages(Path directory, String program) {
    this.directory = directory;
    this.name = Objects.requireNonNull(NAMES.get(program), program);
  }

  /**
   * Those of a program, {@code agent}, {@code server} or {@code cli}, in version 1.2.3: made once,
   * for all tests of this run.
   */
  public static Packages of(String program) {
    return OF_THIS_RUN.computeIfAbsent(program, Packages::ofThisRun);
  }

  private static Packages ofThisRun(String program) {
    Path directory = MADE.resolve(program);
    Path made = MADE.resolve(program + ".made");
    try {
      Files.createDirectories(MADE);
      try (FileChannel lock = FileChannel.open(MADE.resolve(program + ".lock"), CREATE, WRITE)) {
        lock.lock();
        if (Files.exists(made)) {
          return new Packages(directory, program);
        }
        Packages packages = make(ROOT, directory, program, VERSION);
        Files.createFile(made);
        return packages;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Made anew in another directory with the same build, in that version. */
  public static Packages make(Path root, Path directory, String program, String version) {
    Needs.tool("dpkg-deb");
    String line =
        "cd '%s' && JAVA_HOME='%s' SOURCE_DATE_EPOCH=1790000000 PULLCORD_PACKAGE_FAST=yes"
                .formatted(root, System.getProperty("java.home"))
            + " PULLCORD_PACKAGE_VERSION='%s' scripts/package.sh '%s' %s"
                .formatted(version, directory, program);
    LabHost.run(LIMIT, List.of("bash", "-c", line));
    return new Packages(directory, program);
  }

  /** Where they are, and nothing else. */
  Path directory() {
    return directory;
  }

  /** The one file of that kind, {@code .deb}, {@code .tar.gz} or {@code .cdx.json}. */
  public Path file(String kind) {
    Pattern pattern = Pattern.compile(name + "([_-][0-9].*)?" + Pattern.quote(kind));
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> pattern.matcher(file.getFileName().toString()).matches())
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the same package in another version. */
  public void again(String version, Path work, Path deb) {
    String line =
        ("dpkg-deb --raw-extract '%s' '%s' && grep -rlF '%s' '%s/DEBIAN' | xargs sed -i 's/%s/%s/'"
                + " && dpkg-deb --root-owner-group -Zgzip -z1 --build '%s' '%s'")
            .formatted(file(".deb"), work, VERSION, work, VERSION, version, work, deb);
    LabHost.run(LIMIT, List.of("bash", "-c", line));
  }
}
