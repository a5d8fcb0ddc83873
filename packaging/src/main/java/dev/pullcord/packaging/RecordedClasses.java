package dev.pullcord.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which classes of the libraries and of Java a program loads, as they were seen in a run and as
 * they are kept in {@code packaging/classes}. The program's own classes are not in it: all of them
 * count. So a change of our code leaves these files alone, and a new version of a library wants a
 * new recording.
 *
 * <p>A file has the classes of one top package: a package in a line, then its classes, indented.
 * {@code invokers.txt} has the call shapes of method handles, a line each, as the JVM writes them.
 */
record RecordedClasses(Set<String> classes, Set<String> invokers) {
  private static final String OURS = "dev/pullcord/";
  private static final String INVOKER = "@lambda-form-invoker ";
  private static final String INVOKERS = "invokers";
  private static final int WIDTH = 100;

  RecordedClasses {
    classes = Set.copyOf(classes);
    invokers = Set.copyOf(invokers);
  }

  /**
   * Writes the files of one program.
   *
   * @param run what {@code -XX:DumpLoadedClassList} wrote
   * @param known the class list of Java itself, which every package has anyway
   */
  static void record(Path run, Path known, Path target) throws IOException {
    RecordedClasses seen = of(Files.readAllLines(run));
    RecordedClasses anyway = of(Files.readAllLines(known));
    Set<String> classes = new TreeSet<>(seen.classes);
    classes.removeAll(anyway.classes);
    classes.removeIf(name -> name.startsWith(OURS));
    Set<String> invokers = new TreeSet<>(seen.invokers);
    invokers.removeAll(anyway.invokers);
    Files.createDirectories(target);
    for (Map.Entry<String, List<String>> top :
        classes.stream().collect(Collectors.groupingBy(RecordedClasses::topPackage)).entrySet()) {
      Files.writeString(target.resolve(top.getKey() + ".txt"), byPackage(top.getValue()));
    }
    Files.write(target.resolve(INVOKERS + ".txt"), invokers);
  }

  /** Reads the files of one program. */
  static RecordedClasses read(Path directory) throws IOException {
    Set<String> classes = new TreeSet<>();
    Set<String> invokers = new TreeSet<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        if (file.getFileName().toString().equals(INVOKERS + ".txt")) {
          invokers.addAll(Files.readAllLines(file));
        } else {
          classes.addAll(fromPackages(Files.readAllLines(file)));
        }
      }
    }
    return new RecordedClasses(classes, invokers);
  }

  /** Those in lines that the JVM wrote. */
  static RecordedClasses of(List<String> lines) {
    Set<String> classes =
        lines.stream()
            .filter(line -> !line.startsWith("@") && !line.startsWith("#"))
            .map(line -> line.replaceAll(" .*", ""))
            .filter(name -> !name.contains("$$") && !name.contains("Lambda/0x"))
            .collect(Collectors.toSet());
    Set<String> invokers =
        lines.stream().filter(line -> line.startsWith(INVOKER)).collect(Collectors.toSet());
    return new RecordedClasses(classes, invokers);
  }

  private static String topPackage(String name) {
    return name.replaceAll("/.*", "");
  }

  static String byPackage(List<String> classes) {
    Map<String, List<String>> packages = new TreeMap<>();
    for (String name : new TreeSet<>(classes)) {
      int end = name.lastIndexOf('/');
      packages
          .computeIfAbsent(name.substring(0, end), ignored -> new ArrayList<>())
          .add(name.substring(end + 1));
    }
    StringBuilder text = new StringBuilder();
    packages.forEach((name, simple) -> {
      text.append(name).append('\n');
      StringBuilder line = new StringBuilder();
      for (String one : simple) {
        if (line.length() + 1 + one.length() > WIDTH) {
          text.append(line).append('\n');
          line.setLength(0);
        }
        line.append(' ').append(one);
      }
      text.append(line).append('\n');
    });
    return text.toString();
  }

  static Set<String> fromPackages(List<String> lines) {
    Set<String> classes = new TreeSet<>();
    String current = "";
    for (String line : lines) {
      if (!line.startsWith(" ")) {
        current = line;
        continue;
      }
      for (String simple : line.strip().split(" ")) {
        classes.add(current + "/" + simple);
      }
    }
    return classes;
  }
}
