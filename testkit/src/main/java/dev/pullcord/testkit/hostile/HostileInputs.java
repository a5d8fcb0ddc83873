package dev.pullcord.testkit.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/**
 * Makes inputs that nobody meant well: right ones that are cut, spliced, repeated, garbled and
 * filled with what parsers have fallen over before. Input {@code n} depends on the seed and {@code
 * n} alone, so that one that did harm can be made again.
 */
public final class HostileInputs {
  /** The longest that is made, in bytes; above what any parser of ours takes in one piece. */
  public static final int BYTES_MAX = 512 << 10;

  private static final List<String> TOKENS =
      List.of(
          "\0",
          "\u001b[31m",
          "\uFEFF",
          "\u202E",
          "\\ud800",
          "\r\n",
          "\t",
          "{",
          "[",
          "}",
          "]",
          "\"",
          "\\",
          "'",
          ",",
          ": ",
          "- ",
          "? ",
          "--- ",
          "...",
          "&a ",
          "*a ",
          "<<: ",
          "!!binary ",
          "!!java.lang.Runtime ",
          "|",
          ">",
          "#",
          "%",
          "null",
          "NaN",
          "-0",
          "1e999999",
          "99999999999999999999999999",
          "-9223372036854775809",
          "0x7fffffff",
          "1:30",
          "no",
          "true",
          "10y",
          "-1s",
          "9223372036854775807h",
          "../../../etc/passwd",
          "/dev/zero",
          "${jndi:ldap://127.0.0.1/a}",
          "(a+)+$",
          "__proto__",
          "@class",
          "node",
          "0000",
          "fffe",
          "ffff",
          "0004");

  private final long seed;
  private final List<byte[]> corpus;

  /**
   * Inputs made from right ones.
   *
   * @param seed which sequence
   * @param corpus right inputs, at least one
   */
  public HostileInputs(long seed, List<byte[]> corpus) {
    if (corpus.isEmpty()) {
      throw new IllegalArgumentException("corpus: at least one right input expected");
    }
    this.seed = seed;
    this.corpus = corpus.stream().map(byte[]::clone).toList();
  }

  /** The bytes of input {@code n}, at most {@link #BYTES_MAX}. */
  public byte[] input(int n) {
    Random random = new Random(seed * 1_000_003L + n);
    byte[] bytes = random.nextInt(20) == 0 ? noise(random) : any(random).clone();
    int changes = 1 + random.nextInt(6);
    for (int i = 0; i < changes; i++) {
      bytes = changed(bytes, random);
    }
    return bytes.length <= BYTES_MAX ? bytes : cut(bytes, 0, BYTES_MAX);
  }

  private byte[] any(Random random) {
    return corpus.get(random.nextInt(corpus.size()));
  }

  private static byte[] noise(Random random) {
    byte[] bytes = new byte[random.nextInt(4096)];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] changed(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length + 1);
    int until = at + random.nextInt(bytes.length - at + 1);
    return switch (random.nextInt(8)) {
      case 0 -> cut(bytes, 0, at);
      case 1 -> replaced(bytes, at, until, new byte[0]);
      case 2 -> replaced(bytes, at, at, token(random));
      case 3 -> replaced(bytes, at, Math.min(bytes.length, at + 8), token(random));
      case 4 -> replaced(bytes, at, at, repeated(token(random), random));
      case 5 -> replaced(bytes, at, at, repeated(cut(bytes, at, until), random));
      case 6 -> {
        byte[] other = any(random);
        yield replaced(
            bytes, at, until, cut(other, random.nextInt(other.length + 1), other.length));
      }
      default -> flipped(bytes, random);
    };
  }

  private static byte[] token(Random random) {
    return TOKENS.get(random.nextInt(TOKENS.size())).getBytes(StandardCharsets.UTF_8);
  }

  /** Mostly a few times, now and then as often as fits. */
  private static byte[] repeated(byte[] part, Random random) {
    int often = random.nextInt(10) == 0 ? 1 << random.nextInt(18) : random.nextInt(12);
    int times = Math.min(often, BYTES_MAX / Math.max(1, part.length));
    ByteArrayOutputStream out = new ByteArrayOutputStream(part.length * times);
    for (int i = 0; i < times; i++) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    byte[] result = bytes.clone();
    for (int i = random.nextInt(8); i >= 0 && result.length > 0; i--) {
      result[random.nextInt(result.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return result;
  }

  private static byte[] replaced(byte[] bytes, int from, int to, byte[] by) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + by.length);
    out.write(bytes, 0, from);
    out.writeBytes(by);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }

  private static byte[] cut(byte[] bytes, int from, int to) {
    return java.util.Arrays.copyOfRange(bytes, from, to);
  }
}
