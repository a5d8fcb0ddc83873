package dev.pullcord.git.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.git.IsolatedGit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.transport.PackParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagedPackTest {
  private static final PackLimits LIMITS =
      new PackLimits(4 << 20, 100, 1000, 2000, 300_000, 10_000, 2_000_000, false);

  @TempDir Path directory;
  private FileRepository repository;
  private final Random random = new Random(7);

  @BeforeEach
  void make() throws IOException {
    IsolatedGit.install(new IsolatedGit.Memory(1 << 20, 1 << 20));
    repository = new FileRepository(directory.resolve("a.git").toFile());
    repository.create(true);
  }

  @AfterEach
  void close() {
    repository.close();
  }

  /** Writes packs by hand, byte by byte. */
  private static final class Pack {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int count;

    int add(int type, byte[] base, byte[] content) throws IOException {
      int at = 12 + bytes.size();
      int c = (type << 4) | (content.length & 15);
      for (int rest = content.length >>> 4; rest != 0; rest >>>= 7) {
        bytes.write(c | 0x80);
        c = rest & 0x7f;
      }
      bytes.write(c);
      bytes.writeBytes(base);
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
        deflater.write(content);
      }
      bytes.writeBytes(packed.toByteArray());
      count++;
      return at;
    }

    /** A delta on what stands at that place. */
    int ofs(int base, byte[] delta) throws IOException {
      int distance = 12 + bytes.size() - base;
      byte[] text = new byte[5];
      int at = 5;
      text[--at] = (byte) (distance & 0x7f);
      for (distance >>= 7; distance != 0; distance >>= 7) {
        distance--;
        text[--at] = (byte) (0x80 | (distance & 0x7f));
      }
      return add(Constants.OBJ_OFS_DELTA, Arrays.copyOfRange(text, at, 5), delta);
    }

    int ref(ObjectId base, byte[] delta) throws IOException {
      byte[] id = new byte[20];
      base.copyRawTo(id, 0);
      return add(Constants.OBJ_REF_DELTA, id, delta);
    }

    byte[] done() {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(
          ByteBuffer.allocate(12)
              .put("PACK".getBytes(StandardCharsets.US_ASCII))
              .putInt(2)
              .putInt(count)
              .array());
      all.writeBytes(bytes.toByteArray());
      all.writeBytes(Constants.newMessageDigest().digest(all.toByteArray()));
      return all.toByteArray();
    }
  }

  private byte[] random(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void size(ByteArrayOutputStream out, long size) {
    for (; size > 0x7f; size >>>= 7) {
      out.write((int) ((size & 0x7f) | 0x80));
    }
    out.write((int) size);
  }

  /** A delta that puts these bytes at a place of the base. */
  private static byte[] delta(byte[] base, int at, byte[] patch) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    size(out, base.length);
    size(out, base.length);
    copy(out, 0, at);
    out.write(patch.length);
    out.writeBytes(patch);
    copy(out, at + patch.length, base.length - at - patch.length);
    return out.toByteArray();
  }

  private static void copy(ByteArrayOutputStream out, int from, int length) {
    while (length > 0) {
      int part = Math.min(length, 0xffff);
      out.write(0x80 | 0x0f | 0x30);
      for (int i = 0; i < 4; i++) {
        out.write((from >> (8 * i)) & 0xff);
      }
      out.write(part & 0xff);
      out.write(part >> 8);
      from += part;
      length -= part;
    }
  }

  private static byte[] patched(byte[] base, int at, byte[] patch) {
    byte[] result = base.clone();
    System.arraycopy(patch, 0, result, at, patch.length);
    return result;
  }

  private static ObjectId id(byte[] blob) {
    return new ObjectInserter.Formatter().idFor(Constants.OBJ_BLOB, blob);
  }

  private StagedPack stage(byte[] pack) throws IOException {
    try (ObjectReader reader = repository.newObjectReader()) {
      return StagedPack.receive(
          new ByteArrayInputStream(pack), directory.resolve("a.git/objects"), reader, LIMITS);
    }
  }

  /** Takes it in, and says how many deltas JGit found in it. */
  private long keep(byte[] pack) throws IOException {
    try (StagedPack staged = stage(pack);
        InputStream in = staged.open();
        ObjectInserter inserter = repository.newObjectInserter()) {
      PackParser parser = inserter.newPackParser(in);
      parser.setAllowThin(true);
      parser.setCheckEofAfterPackFooter(true);
      parser.parse(NullProgressMonitor.INSTANCE);
      inserter.flush();
      var statistics = parser.getReceivedPackStatistics();
      return statistics.getNumOfsDelta() + statistics.getNumRefDelta();
    }
  }

  private byte[] read(byte[] blob) throws IOException {
    return repository.open(id(blob), Constants.OBJ_BLOB).getBytes();
  }

  @Test
  void leavesAPackOfSmallDeltasAsItIs() throws IOException {
    Pack pack = new Pack();
    byte[] base = random(5000);
    byte[] changed = patched(base, 100, new byte[] {1, 2, 3});
    int at = pack.add(Constants.OBJ_BLOB, new byte[0], base);
    pack.ofs(at, delta(base, 100, new byte[] {1, 2, 3}));

    try (StagedPack staged = stage(pack.done());
        InputStream in = staged.open()) {
      assertThat(in.readAllBytes()).isEqualTo(pack.done());
    }
    assertThat(keep(pack.done())).isEqualTo(1);
    assertThat(read(changed)).isEqualTo(changed);
  }

  @Test
  void storesWholeWhatADeltaMakesOfALargeFile() throws IOException {
    byte[] v1 = random(200_000);
    byte[] v2 = patched(v1, 150_000, "hello".getBytes(StandardCharsets.UTF_8));
    byte[] v3 = patched(v2, 5, "again".getBytes(StandardCharsets.UTF_8));
    byte[] v4 = patched(v3, 70_000, "after".getBytes(StandardCharsets.UTF_8));
    byte[] small = random(3000);
    byte[] smallToo = patched(small, 9, new byte[] {1});
    Pack pack = new Pack();
    int smallAt = pack.add(Constants.OBJ_BLOB, new byte[0], small);
    int at = pack.add(Constants.OBJ_BLOB, new byte[0], v1);
    int second = pack.ofs(at, delta(v1, 150_000, "hello".getBytes(StandardCharsets.UTF_8)));
    pack.ofs(smallAt, delta(small, 9, new byte[] {1}));
    pack.ofs(second, delta(v2, 5, "again".getBytes(StandardCharsets.UTF_8)));
    pack.ref(id(v3), delta(v3, 70_000, "after".getBytes(StandardCharsets.UTF_8)));

    assertThat(keep(pack.done())).as("deltas that are left: the small one").isEqualTo(1);

    for (byte[] blob : new byte[][] {v1, v2, v3, v4, small, smallToo}) {
      assertThat(read(blob)).isEqualTo(blob);
    }
  }

  @Test
  void appliesADeltaToALargeFileThatTheRepositoryHas() throws IOException {
    byte[] v1 = random(200_000);
    try (ObjectInserter inserter = repository.newObjectInserter()) {
      inserter.insert(Constants.OBJ_BLOB, v1);
      inserter.flush();
    }
    byte[] v2 = patched(v1, 1, "five!".getBytes(StandardCharsets.UTF_8));
    Pack pack = new Pack();
    pack.ref(id(v1), delta(v1, 1, "five!".getBytes(StandardCharsets.UTF_8)));

    assertThat(keep(pack.done())).isZero();

    assertThat(read(v2)).isEqualTo(v2);
  }

  @Test
  void refusesWhatIsTooLargeBeforeItIsHeld() throws IOException {
    assertRefused(one(Constants.OBJ_COMMIT, 1001), "PUSH_TOO_LARGE  a commit of 1001 bytes");
    assertRefused(one(Constants.OBJ_TAG, 1001), "PUSH_TOO_LARGE  a tag of 1001 bytes");
    assertRefused(one(Constants.OBJ_TREE, 2001), "TREE_LIMIT  a directory of 2001 bytes");
    assertRefused(one(Constants.OBJ_BLOB, 300_001), "PUSH_TOO_LARGE  a file of 300001 bytes");
    Pack many = new Pack();
    for (int i = 0; i < 101; i++) {
      many.add(Constants.OBJ_BLOB, new byte[0], new byte[] {(byte) i});
    }
    assertRefused(many.done(), "PACK_LIMIT  101 objects");
  }

  @Test
  void endsAFetchOfTooManyObjectsBeforeTheyHaveCome() throws IOException {
    PackLimits limits = new PackLimits(1 << 20, 100, 1, 1, 1, 1, 1, true);
    InputStream head =
        new ByteArrayInputStream(new byte[] {'P', 'A', 'C', 'K', 0, 0, 0, 2, 0, 0, 0, 101});
    InputStream rest =
        new InputStream() {
          @Override
          public int read() {
            throw new AssertionError("nobody reads on");
          }
        };
    try (ObjectReader reader = repository.newObjectReader();
        InputStream in = new SequenceInputStream(head, rest)) {
      assertThatThrownBy(() -> StagedPack.receive(in, directory, reader, limits))
          .hasMessage(
              "PACK_LIMIT  101 objects in a fetch; 100 at most; take fewer branches, or a"
                  + " repository with less history");
    }
  }

  /** JGit holds a base for as long as there is another delta on it. */
  @Test
  void breaksAChainOfDeltasBeforeItHoldsTooMuch() throws IOException {
    byte[] content = random(9000);
    List<byte[]> all = new ArrayList<>(List.of(content));
    Pack pack = new Pack();
    int at = pack.add(Constants.OBJ_BLOB, new byte[0], content);
    for (int level = 1; level < 40; level++) {
      byte[] beside = {(byte) level, 1};
      byte[] on = {(byte) level, 2};
      pack.ofs(at, delta(content, level, beside));
      at = pack.ofs(at, delta(content, level, on));
      all.add(patched(content, level, beside));
      content = patched(content, level, on);
      all.add(content);
    }

    assertThat(keep(pack.done())).as("deltas that are left, of 78").isEqualTo(74);

    for (byte[] blob : all) {
      assertThat(read(blob)).isEqualTo(blob);
    }
  }

  @Test
  void readsASmallFileThatADeltaMadeOfALargeOneFromWhereItWasMade() throws IOException {
    byte[] large = random(250_000);
    byte[] small = Arrays.copyOf(large, 5000);
    byte[] smaller = Arrays.copyOf(small, 4000);
    byte[] grown = Arrays.copyOf(smaller, 12_000);
    System.arraycopy(smaller, 0, grown, 4000, 4000);
    System.arraycopy(smaller, 0, grown, 8000, 4000);
    Pack pack = new Pack();
    int at = pack.add(Constants.OBJ_BLOB, new byte[0], large);
    at = pack.ofs(at, cut(250_000, 5000, 1));
    at = pack.ofs(at, cut(5000, 4000, 1));
    pack.ofs(at, cut(4000, 4000, 3));

    assertThat(keep(pack.done())).as("deltas that are left").isEqualTo(1);

    for (byte[] blob : new byte[][] {large, small, smaller, grown}) {
      assertThat(read(blob)).isEqualTo(blob);
    }
  }

  /** A delta that takes the beginning of its base, several times. */
  private static byte[] cut(int from, int to, int times) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    size(out, from);
    size(out, (long) to * times);
    for (int i = 0; i < times; i++) {
      copy(out, 0, to);
    }
    return out.toByteArray();
  }

  /** Of which nobody knows how long their chains are. */
  @Test
  void boundsTheBasesThatDeltasNameByTheirId() throws IOException {
    PackLimits limits = new PackLimits(4 << 20, 1000, 1000, 2000, 300_000, 10, 2_000_000, false);
    byte[] base = random(10);
    Pack pack = new Pack();
    for (int i = 0; i < 2 * 129; i++) {
      byte[] id = new byte[20];
      id[0] = (byte) (i / 2);
      pack.ref(ObjectId.fromRaw(id), delta(base, 1, new byte[] {(byte) i}));
    }
    byte[] bad = pack.done();

    try (ObjectReader reader = repository.newObjectReader()) {
      assertThatThrownBy(
              () -> StagedPack.receive(new ByteArrayInputStream(bad), directory, reader, limits))
          .hasMessageStartingWith("PACK_LIMIT  bases of deltas, named by their id");
    }
  }

  private static byte[] one(int type, int size) throws IOException {
    Pack pack = new Pack();
    pack.add(type, new byte[0], new byte[size]);
    return pack.done();
  }

  @Test
  void refusesACommitThatIsTooLargeOnlyByADelta() throws IOException {
    Pack pack = new Pack();
    int at = pack.add(Constants.OBJ_COMMIT, new byte[0], new byte[900]);
    ByteArrayOutputStream delta = new ByteArrayOutputStream();
    size(delta, 900);
    size(delta, 1800);
    copy(delta, 0, 900);
    copy(delta, 0, 900);
    pack.ofs(at, delta.toByteArray());

    assertRefused(pack.done(), "PUSH_TOO_LARGE  a commit of 1800 bytes");
  }

  @Test
  void stopsAtWhatManyDeltasUnpackTo() throws IOException {
    byte[] base = random(200_000);
    Pack pack = new Pack();
    int at = pack.add(Constants.OBJ_BLOB, new byte[0], base);
    for (int i = 0; i < 20; i++) {
      pack.ofs(at, delta(base, i, new byte[] {7}));
    }

    assertRefused(pack.done(), "PACK_LIMIT  changes of large files");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 12, 13, 40, 200, 2000})
  void refusesAPackThatEndsTooEarly(int bytes) throws IOException {
    Pack pack = new Pack();
    pack.add(Constants.OBJ_BLOB, new byte[0], random(2500));
    pack.add(Constants.OBJ_BLOB, new byte[0], random(25));

    assertRefused(Arrays.copyOf(pack.done(), bytes), "PACK_CORRUPT  ");
  }

  @Test
  void neitherHangsNorFailsOtherwiseWhateverIsInThePack() throws IOException {
    byte[] base = random(20_000);
    Pack pack = new Pack();
    int at = pack.add(Constants.OBJ_BLOB, new byte[0], base);
    pack.ofs(at, delta(base, 3, new byte[] {7}));
    byte[] good = pack.done();
    for (int round = 0; round < 300; round++) {
      byte[] bad = good.clone();
      for (int i = 0; i <= random.nextInt(4); i++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      try (StagedPack staged = stage(bad)) {
        assertThat(staged.length()).isPositive();
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotNull();
      }
    }
  }

  @Test
  void refusesADeltaThatNamesItself() throws IOException {
    Pack pack = new Pack();
    pack.add(Constants.OBJ_OFS_DELTA, new byte[] {0}, delta(random(20_000), 1, new byte[] {1}));

    assertRefused(pack.done(), "PACK_CORRUPT  a delta names itself");
  }

  private void assertRefused(byte[] pack, String message) {
    assertThatThrownBy(() -> stage(pack).close())
        .isInstanceOf(PackRefusedException.class)
        .hasMessageStartingWith(message);
    assertThat(directory.resolve("a.git/objects").toFile().list())
        .as("nothing is left")
        .containsExactlyInAnyOrder("info", "pack");
  }
}
