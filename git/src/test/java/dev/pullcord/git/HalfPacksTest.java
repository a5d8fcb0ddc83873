package dev.pullcord.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.ObjectDirectoryPackParser;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HalfPacksTest {
  private static final int OBJECTS = 40;

  @TempDir Path directory;
  private Path git;
  private Path pack;
  private Path index;
  private final List<ObjectId> all = new ArrayList<>();

  /** A repository whose objects are all in one pack, which JGit has named. */
  @BeforeEach
  void make() throws IOException {
    IsolatedGit.install(new IsolatedGit.Memory(1 << 20, 1 << 20));
    git = directory.resolve("a.git");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (FileRepository elsewhere = new FileRepository(directory.resolve("b.git").toFile());
        ObjectInserter inserter = elsewhere.newObjectInserter();
        PackWriter writer = new PackWriter(elsewhere)) {
      elsewhere.create(true);
      byte[] noise = new byte[2000];
      Random random = new Random(1);
      for (int i = 0; i < OBJECTS; i++) {
        random.nextBytes(noise);
        all.add(inserter.insert(Constants.OBJ_BLOB, noise));
      }
      inserter.flush();
      writer.preparePack(NullProgressMonitor.INSTANCE, Set.copyOf(all), Set.of());
      writer.writePack(NullProgressMonitor.INSTANCE, NullProgressMonitor.INSTANCE, bytes);
    }
    try (FileRepository repository = new FileRepository(git.toFile());
        ObjectInserter inserter = repository.newObjectInserter()) {
      repository.create(true);
      var parser =
          (ObjectDirectoryPackParser)
              inserter.newPackParser(new ByteArrayInputStream(bytes.toByteArray()));
      parser.parse(NullProgressMonitor.INSTANCE);
      pack = parser.getPack().getPackFile().toPath();
    }
    index = Path.of(pack.toString().replaceFirst("pack$", "idx"));
    assertThat(index).exists();
  }

  /** What a start does; it says which packs were whole. */
  private List<Boolean> open() throws IOException {
    List<Boolean> whole = new ArrayList<>();
    HalfPacks.bringBack(git);
    HalfPacks.putDamagedIndexesAside(git);
    try (FileRepository repository = new FileRepository(git.toFile())) {
      for (Path half : RepositoryLeftovers.halves(git)) {
        whole.add(HalfPacks.complete(repository, half));
      }
      if (!whole.contains(false)) {
        for (ObjectId id : all) {
          assertThat(repository.getObjectDatabase().has(id)).as(id.name()).isTrue();
        }
      }
    }
    return whole;
  }

  private void assertAllIsThere() throws IOException {
    try (FileRepository repository = new FileRepository(git.toFile())) {
      for (ObjectId id : all) {
        assertThat(repository.open(id).getBytes()).as(id.name()).hasSize(2000);
      }
    }
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(git.resolve("objects/pack"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void write(Path file, byte[] content) throws IOException {
    Files.deleteIfExists(file);
    Files.write(file, content);
  }

  /** Reads so much, and then fails. */
  private static HalfPacks.Reads failing(int bytes, String why) {
    return file -> {
      InputStream failed =
          new InputStream() {
            @Override
            public int read() throws IOException {
              throw new IOException(why);
            }
          };
      InputStream first = new ByteArrayInputStream(Files.readAllBytes(file), 0, bytes);
      return new SequenceInputStream(first, failed);
    };
  }

  @Test
  void aPackWhoseIndexAFullDiskDidNotTakeIsCompletedByTheNextStart() throws IOException {
    List<String> before = names();
    Files.delete(index);
    Path inTheWay = Files.createDirectories(index.resolve("in-the-way"));
    try (FileRepository repository = new FileRepository(git.toFile())) {
      assertThatThrownBy(() -> HalfPacks.complete(repository, pack))
          .isInstanceOf(IOException.class);
    }
    assertThat(pack).exists();
    assertThat(names()).hasSize(2);
    Files.delete(inTheWay);
    Files.delete(index);

    assertThat(open()).containsExactly(true);

    assertThat(names()).isEqualTo(before);
    assertAllIsThere();
  }

  @Test
  void aPackThatCouldNotBeReadToItsEndKeepsItsName() throws IOException {
    Files.delete(index);
    try (FileRepository repository = new FileRepository(git.toFile())) {
      HalfPacks.Reads reads = failing(5000, "Input/output error");
      assertThatThrownBy(() -> HalfPacks.complete(repository, pack, reads))
          .hasMessage("Input/output error");
      List<Path> read = new ArrayList<>();
      HalfPacks.Reads second =
          file -> (read.add(file) && read.size() > 1 ? reads : HalfPacks.Reads.FILES).open(file);
      assertThatThrownBy(() -> HalfPacks.complete(repository, pack, second))
          .hasMessage("Input/output error");
    }
    assertThat(names()).containsExactly(pack.getFileName().toString());

    assertThat(open()).containsExactly(true);

    assertAllIsThere();
  }

  @Test
  void aKillWhileAPackStoodAsideHealsAtTheNextStart() throws IOException {
    Files.delete(index);
    Files.move(pack, Path.of(pack + ".without-index"));

    assertThat(open()).containsExactly(true);

    assertAllIsThere();
    assertThat(names()).hasSize(2);
  }

  @Test
  void aPackAsideDoesNotReplaceTheOneThatWasMadeOfIt() throws IOException {
    write(Path.of(pack + ".without-index"), "older".getBytes(StandardCharsets.UTF_8));

    assertThat(HalfPacks.bringBack(git)).isEmpty();
    assertThat(open()).isEmpty();

    assertAllIsThere();
  }

  @Test
  void aPackThatIsCompleteUnderAnotherNameIsNoLoss() throws IOException {
    Files.delete(index);
    Files.move(pack, pack.resolveSibling("pack-" + "ab".repeat(20) + ".pack"));

    assertThat(open()).containsExactly(true);

    assertAllIsThere();
    assertThat(names()).contains(pack.getFileName().toString()).hasSize(2);
  }

  @Test
  void anIndexThatCannotBeOpenedForWantOfDescriptorsStays() throws IOException {
    List<String> before = names();
    HalfPacks.Reads reads =
        file -> {
          throw new FileSystemException(file.toString(), null, "Too many open files");
        };

    assertThatThrownBy(() -> HalfPacks.putDamagedIndexesAside(git, reads))
        .hasMessageContaining("Too many open files");
    assertThatThrownBy(
            () -> HalfPacks.putDamagedIndexesAside(git, failing(1200, "Input/output error")))
        .hasMessageContaining("Input/output error");

    assertThat(names()).isEqualTo(before);
    assertAllIsThere();
  }

  @Test
  void aCorruptPackIsNotTriedTwice() throws IOException {
    byte[] content = Files.readAllBytes(pack);
    content[content.length / 2] ^= 1;
    for (byte[] damaged :
        List.of(content, new byte[0], "PACK".getBytes(StandardCharsets.UTF_8), new byte[99])) {
      Files.deleteIfExists(index);
      write(pack, damaged);

      assertThat(open()).containsExactly(false);
      assertThat(names()).containsExactly(pack.getFileName() + ".corrupt");

      assertThat(HalfPacks.bringBack(git)).isEmpty();
      assertThat(RepositoryLeftovers.halves(git)).isEmpty();
    }
  }

  @Test
  void aPackThatClaimsMoreObjectsThanItHasRoomForTakesNoMemory() throws IOException {
    Files.delete(index);
    byte[] content = Files.readAllBytes(pack);
    ByteBuffer.wrap(content).putInt(8, Integer.MAX_VALUE - 8);
    write(pack, content);

    assertThat(open()).containsExactly(false);
  }

  @Test
  void anIndexThatClaimsMoreObjectsThanItHasRoomForTakesNoMemory() throws IOException {
    byte[] content = Files.readAllBytes(index);
    for (int prefix = 0; prefix < 256; prefix++) {
      ByteBuffer.wrap(content).putInt(8 + 4 * prefix, prefix < 200 ? 0 : 100_000_000);
    }
    write(index, content);

    assertThat(open()).containsExactly(true);

    assertAllIsThere();
  }

  @Test
  void anIndexWithOneBitAwryIsMadeAgain() throws IOException {
    byte[] whole = Files.readAllBytes(index);
    for (int at = 0; at < whole.length; at += 97) {
      byte[] content = whole.clone();
      content[at] ^= 1;
      write(index, content);

      assertThat(open()).as("byte %s", at).containsExactly(true);

      assertThat(index).as("byte %s", at).hasBinaryContent(whole);
    }
    write(index, Arrays.copyOf(whole, whole.length - 1));
    assertThat(open()).containsExactly(true);
    assertThat(index).hasBinaryContent(whole);
    assertThat(open()).isEmpty();
  }

  @Test
  void anIndexOfTheFirstVersionIsWhole() throws IOException {
    try (FileRepository repository = new FileRepository(git.toFile());
        ObjectInserter inserter = repository.newObjectInserter();
        InputStream in = Files.newInputStream(pack)) {
      var parser = (ObjectDirectoryPackParser) inserter.newPackParser(in);
      parser.setIndexVersion(1);
      Path old = Files.move(pack, pack.resolveSibling("old"));
      Files.delete(index);
      parser.parse(NullProgressMonitor.INSTANCE);
      Files.delete(old);
    }

    assertThat(open()).isEmpty();

    assertThat(Files.size(index)).isEqualTo(1024 + 24 * OBJECTS + 40);
    assertAllIsThere();
  }
}
