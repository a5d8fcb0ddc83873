package dev.pullcord.packaging;

import static java.nio.file.StandardOpenOption.APPEND;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.InvokeDynamicEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/**
 * The list of classes that a program's AOT cache is made of. It depends on the program's jars and
 * on what was recorded, and on no run: so the same sources give the same cache.
 *
 * <p>It has Java's own list, what was recorded, and every class of ours. Lines with {@code @cp} say
 * which references the JVM may resolve beforehand; lambdas are among them.
 */
final class ClassList {
  private static final String OURS = "dev/pullcord/";
  private static final String CLASS = ".class";
  private static final String CHANCE = "java/util/HashMap";

  private ClassList() {}

  /**
   * Writes it.
   *
   * @param known Java's own list
   * @param recorded the directory with the program's recorded classes
   * @param jars the directory with its jars
   */
  static void write(Path known, Path recorded, Path jars, Path target) throws IOException {
    RecordedClasses seen = RecordedClasses.read(recorded);
    List<String> lines = new ArrayList<>(Files.readAllLines(known));
    lines.addAll(new TreeSet<>(seen.classes()));
    List<String> references = new ArrayList<>();
    for (Path jar : JarCopies.jars(jars)) {
      add(jar, seen.classes(), lines, references);
    }
    lines.addAll(references);
    lines.addAll(new TreeSet<>(seen.invokers()));
    Files.write(target, lines);
  }

  private static void add(Path file, Set<String> seen, List<String> names, List<String> references)
      throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (!entry.getName().endsWith(CLASS)) {
          continue;
        }
        String name = entry.getName().substring(0, entry.getName().length() - CLASS.length());
        boolean ours = name.startsWith(OURS) && !name.endsWith("-info");
        if (ours) {
          names.add(name);
        }
        if (ours || seen.contains(name)) {
          references(name, jar.getInputStream(entry).readAllBytes()).ifPresent(references::add);
        }
      }
    }
  }

  /**
   * Adds which references of Java's own classes may be resolved beforehand. They are numbers in a
   * class file, and jlink writes those of a runtime anew: so it has to be the runtime that the list
   * is for that runs this.
   */
  static void resolveJavas(Path list) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(list));
    List<String> references = new ArrayList<>();
    for (String name : new TreeSet<>(RecordedClasses.of(lines).classes())) {
      try (InputStream in =
          ClassLoader.getPlatformClassLoader().getResourceAsStream(name + CLASS)) {
        if (in != null) { // a runtime has fewer than were recorded
          references(name, in.readAllBytes()).ifPresent(references::add);
        }
      }
    }
    lines.addAll(references);
    Files.write(list, lines);
  }

  /**
   * Adds the one reference of Java's own that the making of a cache follows now and then, so that
   * it is always resolved: {@code HashMap} makes a tree of objects that have one hash by chance, in
   * one of some caches. Its number, too, is that of the runtime which runs this.
   */
  static void resolveChance(Path list) throws IOException {
    byte[] bytes;
    try (InputStream in = Object.class.getResourceAsStream("/" + CHANCE + CLASS)) {
      bytes = Objects.requireNonNull(in).readAllBytes();
    }
    for (PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
      if (entry instanceof MethodRefEntry called && called.name().equalsString("treeifyBin")) {
        Files.write(list, List.of("@cp " + CHANCE + " " + called.index()), APPEND);
        return;
      }
    }
    throw new IOException(CHANCE + " does not call treeifyBin any more");
  }

  private static Optional<String> references(String name, byte[] bytes) {
    Set<Integer> indexes = new TreeSet<>();
    for (PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
      switch (entry) {
        case ClassEntry _, InvokeDynamicEntry _, MemberRefEntry _ -> indexes.add(entry.index());
        default -> {}
      }
    }
    if (indexes.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        indexes.stream()
            .map(String::valueOf)
            .collect(Collectors.joining(" ", "@cp " + name + " ", "")));
  }
}
