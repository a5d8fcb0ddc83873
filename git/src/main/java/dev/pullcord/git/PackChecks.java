package dev.pullcord.git;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;

/**
 * Checks that a pack or its index is as it was written, by the checksum at its end.
 *
 * <p>JGit's own readers make room for as many objects as a file claims, and a damaged one may claim
 * thousands of millions. Nor do they always tell a bad file from a bad disk.
 */
final class PackChecks {
  private static final int PACK = 0x5041434b;
  private static final int PACK_BYTES_MIN = 3 * Integer.BYTES + Constants.OBJECT_ID_LENGTH;
  private static final int INDEX = 0xff744f63;
  private static final int FAN_OUT = 256;
  private static final int HASH_BYTES = Constants.OBJECT_ID_LENGTH;
  // A hash and an offset; the second version adds a checksum, and eight bytes for a large offset.
  private static final int FIRST_ENTRY_BYTES = HASH_BYTES + Integer.BYTES;
  private static final int ENTRY_BYTES = FIRST_ENTRY_BYTES + Integer.BYTES;
  private static final int CHUNK_BYTES = 1 << 16;

  private PackChecks() {}

  /**
   * Reads an index of this length to its end.
   *
   * @throws IOException if it could not be read, which says nothing about what it holds
   */
  static boolean isWholeIndex(InputStream index, long length) throws IOException {
    MessageDigest digest = Constants.newMessageDigest();
    DataInputStream in = data(index, digest);
    try {
      long rest = afterFanOut(in, length);
      return rest >= 0 && endsWithChecksum(in, rest, digest);
    } catch (EOFException _) {
      return false;
    }
  }

  /**
   * Reads a pack of this length to its end.
   *
   * @return how many objects it has
   * @throws CorruptObjectException if it is not what was written
   * @throws IOException if it could not be read, which says nothing about what it holds
   */
  static long objectsOfPack(InputStream pack, long length) throws IOException {
    MessageDigest digest = Constants.newMessageDigest();
    DataInputStream in = data(pack, digest);
    try {
      if (length >= PACK_BYTES_MIN && in.readInt() == PACK) {
        in.readInt(); // the version
        long objects = Integer.toUnsignedLong(in.readInt());
        if (endsWithChecksum(in, length - 3 * Integer.BYTES, digest)) {
          return objects;
        }
      }
    } catch (EOFException _) {
      // shorter than it was
    }
    throw new CorruptObjectException("a pack does not end with its checksum");
  }

  private static DataInputStream data(InputStream in, MessageDigest digest) {
    return new DataInputStream(
        new DigestInputStream(new BufferedInputStream(in, CHUNK_BYTES), digest));
  }

  private static boolean endsWithChecksum(DataInputStream in, long rest, MessageDigest digest)
      throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    for (long left = rest - HASH_BYTES; left > 0; ) {
      int next = (int) Math.min(left, CHUNK_BYTES);
      in.readFully(chunk, 0, next);
      left -= next;
    }
    byte[] computed = digest.digest();
    return MessageDigest.isEqual(computed, in.readNBytes(HASH_BYTES));
  }

  /** How many bytes follow the table at its head; -1 if they cannot be the objects it counts. */
  private static long afterFanOut(DataInputStream in, long length) throws IOException {
    int first = in.readInt();
    boolean second = first == INDEX;
    if (second && in.readInt() != 2) {
      return -1;
    }
    long objects = 0;
    for (int i = 0; i < FAN_OUT; i++) {
      long upTo = Integer.toUnsignedLong(i == 0 && !second ? first : in.readInt());
      if (upTo < objects) {
        return -1;
      }
      objects = upTo;
    }
    long head = (second ? 2L * Integer.BYTES : 0) + (long) FAN_OUT * Integer.BYTES;
    long entries = objects * (second ? ENTRY_BYTES : FIRST_ENTRY_BYTES);
    long more = length - head - entries - 2 * HASH_BYTES;
    boolean fits = second ? more % Long.BYTES == 0 && more <= objects * Long.BYTES : more == 0;
    return more >= 0 && fits ? length - head : -1;
  }
}
