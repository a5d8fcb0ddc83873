package dev.pullcord.git.pack;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.eclipse.jgit.internal.storage.pack.BinaryDelta;
import org.eclipse.jgit.internal.storage.pack.DeltaEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deltas as git writes them, and such as somebody could write to read what is not theirs. */
class DeltaResultTest {
  private static final byte[] BASE = "0123456789".getBytes(US_ASCII);

  private static byte[] bytes(int... all) {
    byte[] bytes = new byte[all.length];
    for (int i = 0; i < all.length; i++) {
      bytes[i] = (byte) all[i];
    }
    return bytes;
  }

  private static byte[] apply(byte[] base, byte[] delta) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new DeltaResult(MemorySegment.ofArray(base), new ByteArrayInputStream(delta), out).write();
    return out.toByteArray();
  }

  private static String apply(int... delta) throws IOException {
    return new String(apply(BASE, bytes(delta)), US_ASCII);
  }

  private static void refused(String why, int... delta) {
    assertThatThrownBy(() -> apply(delta))
        .isInstanceOf(PackRefusedException.class)
        .hasMessage("PACK_CORRUPT  " + why + "; push again");
  }

  @Test
  void copiesFromTheBaseAndInsertsBetween() throws IOException {
    assertThat(apply(10, 6, 0x91, 7, 2, 2, 'a', 'b', 0x90, 2)).isEqualTo("78ab01");
  }

  /** Nothing is said of an offset of zero. */
  @Test
  void aCopyWithoutAnOffsetBeginsAtTheStart() throws IOException {
    assertThat(apply(10, 3, 0x90, 3)).isEqualTo("012");
  }

  @Test
  void aCopyWithoutALengthIs64KiB() throws IOException {
    byte[] base = new byte[100_000];
    new Random(1).nextBytes(base);

    // 0x1_86a0 is 100,000 and 0x1_0000 is 65,536, each as a number of seven bits a byte.
    byte[] result = apply(base, bytes(0xa0, 0x8d, 0x06, 0x80, 0x80, 0x04, 0x80));
    assertThat(result).isEqualTo(Arrays.copyOf(base, 65_536));
  }

  @Test
  void anEmptyResultNeedsNoCommand() throws IOException {
    assertThat(apply(10, 0)).isEmpty();
  }

  @Test
  void isForTheBaseThatItWasMadeFor() {
    refused("a delta is for another base", 11, 1, 0x90, 1);
    refused("a delta is for another base", 9, 1, 0x90, 1);
  }

  /** What stands behind the base is somebody else's memory. */
  @Test
  void copiesNothingThatIsNotInTheBase() {
    refused("a delta copies what is not there", 10, 11, 0x90, 11);
    refused("a delta copies what is not there", 10, 2, 0x91, 9, 2);
    refused("a delta copies what is not there", 10, 1, 0x9f, 0xff, 0xff, 0xff, 0xff, 1);
  }

  @Test
  void writesNoMoreThanItSaid() {
    refused("a delta copies what is not there", 10, 2, 0x90, 3);
    refused("a delta inserts what is not there", 10, 1, 2, 'a', 'b');
  }

  @Test
  void insertsNothingThatDoesNotFollow() {
    refused("a delta inserts what is not there", 10, 5, 5, 'a', 'b');
  }

  @Test
  void knowsNoCommandOfZero() {
    refused("a delta has an unknown command", 10, 1, 0);
  }

  @Test
  void aSizeThatDoesNotEndIsNone() {
    refused("a delta without sizes", 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aDeltaThatIsCutEndsTooEarly(int length) {
    byte[] whole = bytes(10, 6, 0x91, 7, 2);

    assertThatThrownBy(() -> apply(BASE, Arrays.copyOf(whole, length)))
        .isInstanceOf(EOFException.class)
        .hasMessage("a delta ends too early");
  }

  /** The same as JGit makes of the same delta, whose result is in the heap there. */
  @Test
  void agreesWithJgitOnAThousandDeltas() throws IOException {
    for (int seed = 0; seed < 1_000; seed++) {
      Random random = new Random(seed);
      byte[] base = new byte[1 + random.nextInt(300_000)];
      random.nextBytes(base);
      byte[] delta = delta(base, random);

      assertThat(apply(base, delta)).as("seed %d", seed).isEqualTo(BinaryDelta.apply(base, delta));
    }
  }

  private static byte[] delta(byte[] base, Random random) throws IOException {
    ByteArrayOutputStream commands = new ByteArrayOutputStream();
    long size = 0;
    DeltaEncoder encoder = new DeltaEncoder(commands, base.length, Long.MAX_VALUE);
    commands.reset(); // the sizes are written below, once the result's is known
    for (int i = 0; i < 5; i++) {
      if (random.nextBoolean()) {
        int from = random.nextInt(base.length);
        int length = 1 + random.nextInt(base.length - from);
        encoder.copy(from, length);
        size += length;
      } else {
        byte[] text = new byte[1 + random.nextInt(400)];
        random.nextBytes(text);
        encoder.insert(text);
        size += text.length;
      }
    }
    ByteArrayOutputStream delta = new ByteArrayOutputStream();
    new DeltaEncoder(delta, base.length, size);
    delta.writeBytes(commands.toByteArray());
    return delta.toByteArray();
  }

  /** 20,000 random deltas read nothing outside of the base and write no more than they say. */
  @Test
  void aRandomDeltaIsAppliedOrRefused() {
    int applied = 0;
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] delta = new byte[2 + random.nextInt(30)];
      random.nextBytes(delta);
      delta[0] = 10;
      delta[1] = (byte) random.nextInt(64);
      try {
        assertThat(apply(BASE, delta)).hasSize(delta[1]);
        applied++;
      } catch (IOException refused) {
        assertThat(refused).hasMessageContaining("delta");
      }
    }
    assertThat(applied).isGreaterThan(10);
  }
}
