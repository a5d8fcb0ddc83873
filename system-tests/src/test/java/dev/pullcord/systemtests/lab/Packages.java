package dev.pullcord.systemtests.lab;

import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Packages of this build, made by {@code scripts/package.sh} in a hurry: compressed only a little.
 */
public final class Packages {
  private static final Duration LIMIT = Duration.ofSeconds(300);
  private static final Path ROOT = Path.of(System.getProperty("pullcord.root"));

  private final Path directory;

  private Packages(Path directory) {
    this.directory = directory;
  }

  /** Makes those of a program, {@code agent}, {@code server} or {@code cli}, in that version. */
  public static Packages make(Path directory, String program, String version) {
    return make(ROOT, directory, program, version);
  }

  /** The same in another directory with the same build. */
  public static Packages make(Path root, Path directory, String program, String version) {
    Needs.tool("dpkg-deb");
    String line =
        "cd '%s' && JAVA_HOME='%s' SOURCE_DATE_EPOCH=1790000000 PULLCORD_PACKAGE_FAST=yes"
                .formatted(root, System.getProperty("java.home"))
            + " PULLCORD_PACKAGE_VERSION='%s' scripts/package.sh '%s' %s"
                .formatted(version, directory, program);
    LabHost.run(LIMIT, List.of("bash", "-c", line));
    return new Packages(directory);
  }

  /** The one file of that kind, {@code .deb}, {@code .tar.gz} or {@code .cdx.json}. */
  public Path file(String kind) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(kind)).findFirst().orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same package in another version, beside it. */
  public Path again(String version) {
    Path work = directory.resolve("again-" + version);
    Path deb = directory.resolve("pullcord-" + version + ".deb");
    String line =
        ("dpkg-deb --raw-extract '%s' '%s' && grep -rlF '%s' '%s/DEBIAN' | xargs sed -i 's/%s/%s/'"
                + " && dpkg-deb --root-owner-group -Zgzip -z1 --build '%s' '%s'")
            .formatted(file(".deb"), work, version(), work, version(), version, work, deb);
    LabHost.run(LIMIT, List.of("bash", "-c", line));
    return deb;
  }

  private String version() {
    return LabHost.run(LIMIT, List.of("dpkg-deb", "--field", file(".deb").toString(), "Version"))
        .strip();
  }
}
