package dev.pullcord.git.pack;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.git.pack.PackObjects.Head;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.DeflaterOutputStream;
import org.eclipse.jgit.lib.Constants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The objects of a pack by their place, and packs that lie about them. */
class PackObjectsTest {
  private static final PackLimits LIMITS =
      new PackLimits(4 << 20, 5, 1000, 2000, 3000, 100, 2_000_000, false);

  @TempDir Path directory;

  private final ByteArrayOutputStream pack = new ByteArrayOutputStream();

  private PackObjectsTest header(long count) {
    pack.writeBytes("PACK".getBytes(US_ASCII));
    pack.writeBytes(ByteBuffer.allocate(8).putInt(2).putInt((int) count).array());
    return this;
  }

  private PackObjectsTest raw(int... bytes) {
    for (int b : bytes) {
      pack.write(b);
    }
    return this;
  }

  /** A head of that type that says that size, and content which may have another. */
  private PackObjectsTest object(int type, int says, byte[] content) throws IOException {
    int c = (type << 4) | (says & 15);
    for (int rest = says >>> 4; rest != 0; rest >>>= 7) {
      pack.write(c | 0x80);
      c = rest & 0x7f;
    }
    pack.write(c);
    return packed(content);
  }

  private PackObjectsTest packed(byte[] content) throws IOException {
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(pack)) {
      deflater.write(content);
    }
    return this;
  }

  /** A tail, which is not looked at here. */
  private PackObjectsTest tail() {
    pack.writeBytes(new byte[20]);
    return this;
  }

  private PackObjects read() throws IOException {
    PackFile file = new PackFile(directory);
    file.appender().write(pack.toByteArray());
    PackObjects objects = new PackObjects(file, LIMITS);
    objects.read();
    return objects;
  }

  private void refused(String message) {
    assertThatThrownBy(this::read)
        .isInstanceOf(PackRefusedException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anEmptyPackHasNoObjects() throws IOException {
    assertThat(header(0).tail().read().count()).isZero();
  }

  @Test
  void findsEachObjectWithItsTypeAndPlace() throws IOException {
    PackObjects objects =
        header(2)
            .object(Constants.OBJ_BLOB, 5, "hello".getBytes(US_ASCII))
            .object(Constants.OBJ_COMMIT, 20, new byte[20])
            .tail()
            .read();

    assertThat(objects.count()).isEqualTo(2);
    assertThat(objects.type(0)).isEqualTo(Constants.OBJ_BLOB);
    assertThat(objects.type(1)).isEqualTo(Constants.OBJ_COMMIT);
    assertThat(objects.offset(0)).isEqualTo(12);
    assertThat(objects.end(0)).isEqualTo(objects.offset(1));
    assertThat(objects.end(1)).isEqualTo(pack.size() - 20L);
    Head commit = objects.head(objects.offset(1));
    assertThat(commit.size()).isEqualTo(20);
    assertThat(commit.data()).isEqualTo(objects.offset(1) + 2);
  }

  @Test
  void aDeltaHasTheTypeOfItsBase() throws IOException {
    byte[] delta = {5, 3, (byte) 0x90, 3};
    header(2).object(Constants.OBJ_BLOB, 5, "hello".getBytes(US_ASCII));
    int distance = pack.size() - 12;
    PackObjects objects =
        raw((Constants.OBJ_OFS_DELTA << 4) | delta.length, distance).packed(delta).tail().read();

    assertThat(objects.type(1)).isEqualTo(Constants.OBJ_BLOB);
    assertThat(objects.hasLarge()).isFalse();
    assertThat(objects.head(objects.offset(1)).base()).isEqualTo(12);
  }

  @Test
  void knowsWhetherADeltaMakesALargeFile() throws IOException {
    byte[] delta = {(byte) 0xc8, 1, 3, (byte) 0x90, 3}; // of a base of 200 bytes
    header(1).raw((Constants.OBJ_REF_DELTA << 4) | delta.length);
    pack.writeBytes(new byte[20]);
    PackObjects objects = packed(delta).tail().read();

    assertThat(objects.hasLarge()).isTrue();
    assertThat(objects.type(0)).isZero();
  }

  @Test
  void remembersTheIdOfALargeFileAlone() throws IOException {
    PackObjects objects =
        header(2)
            .object(Constants.OBJ_BLOB, 101, new byte[101])
            .object(Constants.OBJ_BLOB, 100, new byte[100])
            .tail()
            .read();

    assertThat(objects.ids).hasSize(1).containsValue(0);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1000, a commit of 1001 bytes",
    "2, 2000, a directory of 2001 bytes",
    "3, 3000, a file of 3001 bytes",
    "4, 1000, a tag of 1001 bytes",
  })
  void eachTypeHasItsLimitWhichTheHeadDecides(int type, int most, String words) throws IOException {
    assertThat(header(1).object(type, most, new byte[most]).tail().read().count()).isEqualTo(1);
    pack.reset();
    // Nothing of it follows: it is refused before it is read.
    header(1)
        .raw((type << 4) | 0x80 | ((most + 1) & 15), (((most + 1) >>> 4) & 0x7f) | 0x80)
        .raw((most + 1) >>> 11)
        .tail();
    refused(words);
  }

  @Test
  void aHeaderThatSaysTooMuchIsRefusedBeforeAnythingIsHeld() {
    header(6);
    refused("PACK_LIMIT  6 objects in a push; 5 at most");
    pack.reset();
    header(0xffff_ffffL);
    refused("4294967295 objects in a push");
  }

  @Test
  void whatIsNoPackIsSaidToBeNone() {
    raw('P', 'A', 'C', 'X', 0, 0, 0, 2, 0, 0, 0, 0).tail();
    refused("this is no pack of git");
  }

  @Test
  void aPackThatIsCutIsRefused() throws IOException {
    header(2).object(Constants.OBJ_BLOB, 5, "hello".getBytes(US_ASCII));
    refused("the pack ends in the middle of an object");
  }

  @Test
  void bytesBehindTheLastObjectAreRefused() throws IOException {
    header(1).object(Constants.OBJ_BLOB, 5, "hello".getBytes(US_ASCII)).raw(0).tail();
    refused("the pack is not as long as its objects");
  }

  @Test
  void anObjectIsAsLongAsItSays() throws IOException {
    header(1).object(Constants.OBJ_BLOB, 4, "hello".getBytes(US_ASCII)).tail();
    refused("an object is not as long as it says");
    pack.reset();
    header(1).object(Constants.OBJ_BLOB, 6, "hello".getBytes(US_ASCII)).tail();
    refused("an object is not as long as it says");
  }

  @Test
  void whatIsNotPackedCannotBeUnpacked() {
    header(1).raw((Constants.OBJ_BLOB << 4) | 5, 'h', 'e', 'l', 'l', 'o').tail();
    refused("an object cannot be unpacked");
  }

  @ParameterizedTest
  @CsvSource({"0", "5"})
  void aTypeThatGitDoesNotHaveIsRefused(int type) throws IOException {
    header(1).object(type, 5, "hello".getBytes(US_ASCII)).tail();
    refused("an object of the unknown type " + type);
  }

  @Test
  void aSizeThatDoesNotEndIsNone() {
    header(1).raw(0xb0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1).tail();
    refused("an object has no size");
  }

  @ParameterizedTest
  @CsvSource({
    "0, a delta names itself",
    "1, a delta names a place where no object begins",
    "13, a delta names a place where no object begins",
    "100, a delta names a place where no object begins",
  })
  void theBaseOfADeltaIsAnObjectBeforeIt(int distance, String why) throws IOException {
    header(2)
        .object(Constants.OBJ_BLOB, 5, "hello".getBytes(US_ASCII))
        .raw((Constants.OBJ_OFS_DELTA << 4) | 4, distance)
        .packed(new byte[] {5, 3, (byte) 0x90, 3})
        .tail();
    refused(why);
  }

  @Test
  void aDistanceBeforeThePackIsRefused() throws IOException {
    header(1)
        .raw((Constants.OBJ_OFS_DELTA << 4) | 4, 0xff, 0xff, 0x7f)
        .packed(new byte[] {5, 3, (byte) 0x90, 3})
        .tail();
    refused("a delta names a place before the pack");
  }

  @Test
  void aDeltaThatIsLargerThanAnythingItCouldMakeIsRefused() throws IOException {
    byte[] delta = new byte[2 * 100 + 1026];
    delta[0] = 5;
    delta[1] = 3;
    header(1).raw((Constants.OBJ_REF_DELTA << 4) | 0x80 | (delta.length & 15), delta.length >>> 4);
    pack.writeBytes(new byte[20]);
    packed(delta).tail();
    refused("PACK_LIMIT  a delta of 1226 bytes that stands for less");
  }

  @Test
  void aDeltaWithoutSizesIsNone() throws IOException {
    header(1).raw((Constants.OBJ_REF_DELTA << 4) | 1);
    pack.writeBytes(new byte[20]);
    packed(new byte[] {(byte) 0x80}).tail();
    refused("a delta without sizes");
  }
}
