package dev.pullcord.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.cli.Main;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.quartz.simpl.SimpleJobFactory;
import picocli.CommandLine;

class PackagingStepsTest {
  private static final String JOBS = "org/quartz/simpl/PropertySettingJobFactory";

  @TempDir Path directory;

  private Path jar(Map<String, String> entries) throws IOException {
    Path source = Files.createDirectories(directory.resolve("from"));
    try (OutputStream file = Files.newOutputStream(source.resolve("a.jar"));
        ZipOutputStream out = new ZipOutputStream(file)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    return source;
  }

  @Test
  void whatAMapDoesByChanceIsInEveryListOfReferences() throws IOException {
    Path list = Files.writeString(directory.resolve("list"), "java/util/HashMap\n");
    PackagingMain.main(new String[] {"chance", list.toString()});

    List<String> lines = Files.readAllLines(list);
    assertThat(lines).hasSize(2);
    assertThat(lines.getLast()).matches("@cp java/util/HashMap [0-9]+");
    int number = Integer.parseInt(lines.getLast().replaceFirst(".* ", ""));
    byte[] bytes;
    try (InputStream in = Object.class.getResourceAsStream("/java/util/HashMap.class")) {
      bytes = Objects.requireNonNull(in).readAllBytes();
    }
    assertThat(ClassFile.of().parse(bytes).constantPool().entryByIndex(number))
        .asInstanceOf(InstanceOfAssertFactories.type(MethodRefEntry.class))
        .matches(called -> called.name().equalsString("treeifyBin"));
  }

  @Test
  void aJarLosesItsSignatureAndForeignLibrariesAndNothingElse() throws IOException {
    Path source =
        jar(
            Map.of(
                "META-INF/ECLIPSE_.RSA", "x",
                "META-INF/ECLIPSE_.SF", "x",
                "META-INF/NOTICE", "kept",
                "org/sqlite/native/Windows/x86/sqlitejdbc.dll", "x"));
    new JarCopies(source).writeTo(directory.resolve("to"));
    try (JarFile copy = new JarFile(directory.resolve("to/a.jar").toFile())) {
      assertThat(copy.stream().map(ZipEntry::getName)).containsExactly("META-INF/NOTICE");
      assertThat(copy.getInputStream(copy.getEntry("META-INF/NOTICE"))).hasContent("kept");
    }
  }

  @Test
  void theLibraryOfTlsForThisMachineLiesBesideTheJarsAlsoInACopyOfACopy() throws IOException {
    String machine = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
    String library = "libconscrypt_openjdk_jni-linux-" + machine + ".so";
    Path source =
        jar(
            Map.of(
                "META-INF/native/" + library,
                "the library",
                "META-INF/native/conscrypt_openjdk_jni-windows-x86_64.dll",
                "x",
                "org/conscrypt/Conscrypt.html",
                "x",
                "org/conscrypt/Conscrypt.class",
                "kept"));
    new JarCopies(source).writeTo(directory.resolve("to"));
    new JarCopies(directory.resolve("to")).writeTo(directory.resolve("again"));
    assertThat(directory.resolve("again").resolve(library)).hasContent("the library");
    try (JarFile copy = new JarFile(directory.resolve("again/a.jar").toFile())) {
      assertThat(copy.stream().map(ZipEntry::getName))
          .containsExactly("org/conscrypt/Conscrypt.class");
    }
  }

  @Test
  void theLibraryOfSqliteForThisMachineLiesBesideTheJarsWhereATmpMountedNoexecDoesNoHarm()
      throws IOException {
    String machine = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
    String library = "libsqlitejdbc.so";
    Path source =
        jar(
            Map.of(
                "org/sqlite/native/Linux/" + machine + "/" + library,
                "the library",
                "org/sqlite/native/Linux-Musl/" + machine + "/" + library,
                "x",
                "org/sqlite/JDBC.class",
                "kept"));
    new JarCopies(source).writeTo(directory.resolve("to"));
    new JarCopies(directory.resolve("to")).writeTo(directory.resolve("again"));
    assertThat(directory.resolve("again").resolve(library)).hasContent("the library");
    try (JarFile copy = new JarFile(directory.resolve("again/a.jar").toFile())) {
      assertThat(copy.stream().map(ZipEntry::getName)).containsExactly("org/sqlite/JDBC.class");
    }
  }

  @Test
  void aManifestLosesTheDigestsOfEntriesAndNothingElse() throws IOException {
    String manifest =
        """
        Manifest-Version: 1.0
        Bundle-Version: 7

        Name: a/A.class
        SHA-256-Digest: AAAA

        Name: b/
        Sealed: true
        SHA-256-Digest: BBBB

        """;
    new JarCopies(jar(Map.of(JarFile.MANIFEST_NAME, manifest))).writeTo(directory.resolve("to"));
    try (JarFile copy = new JarFile(directory.resolve("to/a.jar").toFile())) {
      assertThat(copy.getManifest().getMainAttributes().getValue("Bundle-Version")).isEqualTo("7");
      assertThat(copy.getManifest().getEntries()).containsOnlyKeys("b/");
      assertThat(copy.getManifest().getAttributes("b/"))
          .containsExactly(Map.entry(Attributes.Name.SEALED, "true"));
    }
  }

  @Test
  void quartzsJobFactoryNeedsNoJavaDesktopAnyMore() throws Exception {
    Path source = jar(Map.of(JOBS + ".class", "x"));
    new JarCopies(source).writeTo(directory.resolve("to"));
    URL[] copy = {directory.resolve("to/a.jar").toUri().toURL()};
    try (URLClassLoader loader = new ChildFirst(copy)) {
      Class<?> type = loader.loadClass(JOBS.replace('/', '.'));
      assertThat(type.getSuperclass()).isEqualTo(SimpleJobFactory.class);
      assertThat(type.getDeclaredConstructor().newInstance()).isInstanceOf(SimpleJobFactory.class);
    }
  }

  @Test
  void picoclisClassesHaveStackMapsAndWork() throws Exception {
    Path original =
        Path.of(CommandLine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path source = Files.createDirectories(directory.resolve("from"));
    Files.copy(original, source.resolve("picocli.jar"));
    new JarCopies(source).writeTo(directory.resolve("to"));
    URL[] copy = {directory.resolve("to/picocli.jar").toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(copy, ClassLoader.getPlatformClassLoader());
        JarFile jar = new JarFile(directory.resolve("to/picocli.jar").toFile())) {
      for (ZipEntry entry : jar.stream().filter(e -> e.getName().startsWith("picocli/")).toList()) {
        if (entry.getName().endsWith(".class")) {
          byte[] content = jar.getInputStream(entry).readAllBytes();
          assertThat(ClassFile.of().parse(content).majorVersion()).isGreaterThanOrEqualTo(50);
          String name = entry.getName().replace('/', '.').replaceFirst("\\.class$", "");
          if (!name.contains("groovy")) {
            Class.forName(name, true, loader); // links it, which verifies it
          }
        }
      }
    }
  }

  /** Finds Quartz's class in the copy, and everything else where the test has it. */
  private static final class ChildFirst extends URLClassLoader {
    ChildFirst(URL[] urls) {
      super(urls, SimpleJobFactory.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      return name.equals(JOBS.replace('/', '.')) ? findClass(name) : super.loadClass(name, resolve);
    }
  }

  @Test
  void recordedClassesAreReadAsTheyWereWritten() throws IOException {
    Path run =
        Files.write(
            directory.resolve("run"),
            List.of(
                "# a comment",
                "java/lang/Object id: 0",
                "org/a/B id: 1",
                "org/a/b/C$D id: 2",
                "dev/pullcord/agent/Ours id: 3",
                "org/a/B$$Lambda id: 4",
                "@lambda-form-invoker [LF_RESOLVE] x y",
                "@cp org/a/B 1 2"));
    Path known = Files.write(directory.resolve("known"), List.of("java/lang/Object id: 0"));
    Path target = directory.resolve("classes");
    RecordedClasses.record(run, known, target);
    assertThat(Files.readString(target.resolve("org.txt"))).isEqualTo("org/a\n B\norg/a/b\n C$D\n");
    assertThat(RecordedClasses.read(target))
        .isEqualTo(
            new RecordedClasses(
                Set.of("org/a/B", "org/a/b/C$D"), Set.of("@lambda-form-invoker [LF_RESOLVE] x y")));
  }

  @Test
  void referencesOfJavasOwnClassesAreAddedAndOfNoOthers() throws IOException {
    Path list =
        Files.write(
            directory.resolve("list"),
            List.of("java/util/stream/Collectors id: 0", "org/a/B", "@cp org/a/B 1 2"));
    ClassList.resolveJavas(list);
    assertThat(Files.readAllLines(list))
        .startsWith("java/util/stream/Collectors id: 0", "org/a/B", "@cp org/a/B 1 2")
        .hasSize(4)
        .last()
        .asString()
        .matches("@cp java/util/stream/Collectors( \\d+)+");
  }

  @Test
  void whatDiffersBetweenTwoCachesIsZeroAndTheRestStays() throws IOException {
    byte[] first = new byte[8192];
    byte[] second = new byte[8192];
    first[4] = 1;
    second[4] = 2;
    first[0] = second[0] = 7;
    first[4097] = 3;
    first[5000] = second[5000] = 9;
    assertThat(CacheTwins.settle(first, second)).isEqualTo(2);
    assertThat(first).startsWith(7, 0, 0, 0, 0);
    assertThat(first[4097]).isZero();
    assertThat(first[5000]).isEqualTo((byte) 9);
  }

  @Test
  void cachesThatDifferByMoreThanTimesAreNoTwins() {
    byte[] pointer = new byte[8192];
    pointer[5004] = 8;
    assertThatThrownBy(() -> CacheTwins.settle(new byte[8192], pointer))
        .hasMessageContaining("differ at byte 5000, and not by a time");
  }

  @Test
  void cachesOfTwoLengthsAreNoTwins() {
    assertThatThrownBy(() -> CacheTwins.settle(new byte[8192], new byte[8200]))
        .hasMessageContaining("8192 and 8200");
  }

  @Test
  void theManPageHasEveryVerbAndNoRequestsOfRoffInItsText() {
    String page = new ManPage(Main.commandLine().getCommandSpec(), 1, Instant.EPOCH).text();
    assertThat(page)
        .startsWith(".TH PULLCORD 1 1970-01-01 Pullcord\n")
        .contains(".SS pullcord status\n", ".SS pullcord node remove\n", "\\-\\-timeout");
    assertThat(ManPage.roff(".TH is -no- request\\")).isEqualTo("\\&.TH is \\-no\\- request\\e");
  }
}
