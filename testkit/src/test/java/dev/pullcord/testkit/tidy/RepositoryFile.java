package dev.pullcord.testkit.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One file of the repository, by its path from the root with slashes.
 *
 * @param path {@code agent/src/main/java/…}
 * @param size in bytes
 * @param text its content; empty for what is not text
 */
record RepositoryFile(String path, long size, String text) {
  /** A file that a test made up. */
  static RepositoryFile of(String path, String text) {
    return new RepositoryFile(path, text.getBytes(StandardCharsets.UTF_8).length, text);
  }

  /** Every file that git tracks or would add, in order of path. */
  static List<RepositoryFile> all(Path root) {
    try {
      Process git =
          new ProcessBuilder("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
              .directory(root.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      List<RepositoryFile> files = new ArrayList<>();
      for (String name : names.split("\0", -1)) {
        Path path = root.resolve(name);
        if (!name.isEmpty() && Files.isRegularFile(path)) {
          byte[] content = Files.readAllBytes(path);
          files.add(
              new RepositoryFile(name, content.length, isBinary(content) ? "" : text(content)));
        }
      }
      files.sort((a, b) -> a.path().compareTo(b.path()));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isJava() {
    return path.endsWith(".java");
  }

  boolean isMainJava() {
    return isJava() && path.contains("/src/main/java/");
  }

  boolean isTestJava() {
    return isJava() && path.contains("/src/test/java/");
  }

  boolean isMarkdown() {
    return path.endsWith(".md");
  }

  boolean isShell() {
    return path.endsWith(".sh") || text.startsWith("#!/bin/sh") || text.startsWith("#!/bin/bash");
  }

  /** The folder, without a slash at its end. */
  String folder() {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  Stream<Line> lines() {
    List<Line> lines = new ArrayList<>();
    text.lines().forEach(content -> lines.add(new Line(lines.size() + 1, content)));
    return lines.stream();
  }

  /**
   * One line.
   *
   * @param number from 1
   * @param content without its end
   */
  record Line(int number, String content) {}

  private static boolean isBinary(byte[] content) {
    for (int i = 0; i < Math.min(content.length, 8000); i++) {
      if (content[i] == 0) {
        return true;
      }
    }
    return false;
  }

  private static String text(byte[] content) {
    return new String(content, StandardCharsets.UTF_8);
  }
}
