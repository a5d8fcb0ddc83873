package dev.pullcord.packaging;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Copies a program's jars as a package has them: the same classes, entries in their order with one
 * date, nothing compressed (the package is). What is changed is named in the package's licence
 * notices.
 *
 * <ul>
 *   <li>Signatures are left out: the JVM keeps no class of a signed jar in an AOT cache. So are the
 *       digests of each entry in the manifest, which a program would have in memory for as long as
 *       it runs.
 *   <li>Quartz makes a {@code PropertySettingJobFactory}, which nobody uses here and which needs
 *       all of {@code java.desktop}; it becomes what it extends.
 *   <li>Picocli's classes, of Java 5, get stack maps: {@link OldClasses}.
 *   <li>Libraries for other systems are left out. Conscrypt's and SQLite's for this kind of machine
 *       lie beside the jars, where Java finds them; in a jar they would be written to a temporary
 *       file at each start, and where that may not be run, they are of no use.
 *   <li>Conscrypt's pages of HTML are left out.
 * </ul>
 */
final class JarCopies {
  private static final String JOBS = "org/quartz/simpl/PropertySettingJobFactory";
  private static final String NATIVE = "META-INF/native/";
  private static final String SQLITE = "org/sqlite/native/";
  private static final String MACHINE = System.getProperty("os.arch");
  private static final boolean ARM = MACHINE.equals("aarch64");
  private static final LocalDateTime DATE = LocalDateTime.of(2026, 1, 1, 0, 0);

  private final Path source;

  JarCopies(Path source) {
    this.source = source;
  }

  void writeTo(Path target) throws IOException {
    Files.createDirectories(target);
    for (Path jar : files(source, ".jar")) {
      copy(jar, target.resolve(jar.getFileName().toString()));
    }
    for (Path library : files(source, ".so")) { // of jars that are such copies
      Files.copy(
          library, target.resolve(library.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** The jars of a directory, by name. */
  static List<Path> jars(Path directory) throws IOException {
    return files(directory, ".jar");
  }

  private static List<Path> files(Path directory, String ending) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (JarFile jar = new JarFile(from.toFile(), false);
        OutputStream file = Files.newOutputStream(to);
        OldClasses old = new OldClasses(from);
        ZipOutputStream out = new ZipOutputStream(file)) {
      out.setLevel(0);
      for (JarEntry entry : Collections.list(jar.entries())) {
        String name = entry.getName();
        if (isNative(name)) {
          byte[] library = jar.getInputStream(entry).readAllBytes();
          Files.write(to.resolveSibling(name.substring(name.lastIndexOf('/') + 1)), library);
        } else if (!isSignature(name) && !isForeign(name) && !isPage(name)) {
          ZipEntry copied = new ZipEntry(name);
          copied.setTimeLocal(DATE);
          out.putNextEntry(copied);
          out.write(content(jar, entry, old));
          out.closeEntry();
        }
      }
    }
  }

  private static byte[] content(JarFile jar, JarEntry entry, OldClasses old) throws IOException {
    if (entry.getName().equals(JOBS + ".class")) {
      return plainJobFactory();
    }
    byte[] content = jar.getInputStream(entry).readAllBytes();
    if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
      return withoutDigests(content);
    }
    return isPicoclis(entry.getName()) ? old.modern(content) : content;
  }

  private static byte[] withoutDigests(byte[] content) throws IOException {
    Manifest manifest = new Manifest(new ByteArrayInputStream(content));
    if (manifest.getEntries().isEmpty()) {
      return content;
    }
    for (Attributes of : manifest.getEntries().values()) {
      of.keySet().removeIf(name -> name.toString().contains("-Digest"));
    }
    manifest.getEntries().values().removeIf(Attributes::isEmpty);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    manifest.write(plain);
    return plain.toByteArray();
  }

  private static boolean isPicoclis(String name) {
    return name.startsWith("picocli/") && name.endsWith(".class");
  }

  static boolean isSignature(String name) {
    return name.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
  }

  /** A library for another system than Linux, or another kind of machine. */
  static boolean isForeign(String name) {
    return (name.startsWith(NATIVE) && !name.equals(NATIVE) && !isNative(name))
        || (name.startsWith(SQLITE) && !isNative(name));
  }

  /** Conscrypt's or SQLite's library for this kind of machine. */
  private static boolean isNative(String name) {
    return (ARM || MACHINE.equals("amd64"))
        && (name.equals(SQLITE + "Linux/" + (ARM ? "aarch64" : "x86_64") + "/libsqlitejdbc.so")
            || (name.startsWith(NATIVE)
                && name.endsWith("-linux-" + (ARM ? "aarch_64" : "x86_64") + ".so")));
  }

  private static boolean isPage(String name) {
    return name.startsWith("org/conscrypt/") && name.endsWith(".html");
  }

  private static byte[] plainJobFactory() {
    ClassDesc base = ClassDesc.of("org.quartz.simpl.SimpleJobFactory");
    return ClassFile.of()
        .build(
            ClassDesc.ofInternalName(JOBS),
            type ->
                type.withSuperclass(base)
                    .withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_SUPER)
                    .withMethodBody(
                        ConstantDescs.INIT_NAME,
                        ConstantDescs.MTD_void,
                        ClassFile.ACC_PUBLIC,
                        code ->
                            code.aload(0)
                                .invokespecial(
                                    base, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                                .return_()));
  }
}
