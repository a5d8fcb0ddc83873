package dev.pullcord.git.pack;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a pack by their place: 15 bytes of memory each, however large they are. Reading
 * them holds every limit that can be held without applying a delta.
 */
final class PackObjects {
  static final int HEADER = 12;
  private static final int TRAILER = 20;

  /** Two numbers of at most 63 bits, with seven bits in a byte. */
  private static final int SIZES = 18;

  private final PackFile file;
  private final PackLimits limits;
  private final DeltaChains chains;
  private final BitSet broken = new BitSet();
  private long[] offsets = new long[0];
  private byte[] types = new byte[0];
  private int count;
  private boolean large;
  private long largest;

  /** Ids of whole objects that are large enough to be the base of a large delta. */
  final Map<ObjectId, Integer> ids = new HashMap<>();

  PackObjects(PackFile file, PackLimits limits) {
    this.file = file;
    this.limits = limits;
    this.chains = new DeltaChains(limits);
  }

  /**
   * The head of an object.
   *
   * @param type as written: whole, {@code OBJ_OFS_DELTA} or {@code OBJ_REF_DELTA}
   * @param size of what is unpacked
   * @param base where the base of an {@code OBJ_OFS_DELTA} is
   * @param baseId of the base of an {@code OBJ_REF_DELTA}
   * @param data where the packed bytes begin
   */
  record Head(int type, long size, long base, @Nullable ObjectId baseId, long data) {
    boolean isDelta() {
      return type == Constants.OBJ_OFS_DELTA || type == Constants.OBJ_REF_DELTA;
    }
  }

  int count() {
    return count;
  }

  /** Whether one of them is a delta that is to be written whole. */
  boolean hasLarge() {
    return large;
  }

  /** The most that base and result of one large delta are together, in bytes. */
  long largest() {
    return largest;
  }

  long offset(int index) {
    return offsets[index];
  }

  /** The first byte behind an object. */
  long end(int index) throws IOException {
    return index + 1 < count ? offsets[index + 1] : file.length() - TRAILER;
  }

  /** The type that an object has in the end; 0 while its base was not met. */
  int type(int index) {
    return types[index];
  }

  void type(int index, int type) {
    types[index] = (byte) type;
  }

  int indexOf(long offset) throws IOException {
    int index = Arrays.binarySearch(offsets, 0, count, offset);
    if (index < 0) {
      throw PackRefusedException.corrupt("a delta names a place where no object begins");
    }
    return index;
  }

  /** Goes through all of them. */
  void read() throws IOException {
    try {
      int expected = header();
      // Grown as they come: a header can say anything.
      while (count < expected) {
        if (count == offsets.length) {
          int room = Math.min(expected, Math.max(1024, 2 * count));
          offsets = Arrays.copyOf(offsets, room);
          types = Arrays.copyOf(types, room);
          chains.grow(room);
        }
        offsets[count] = file.position();
        count++;
        one(count - 1);
      }
    } catch (EOFException e) {
      throw PackRefusedException.corrupt(String.valueOf(e.getMessage()));
    }
    if (file.position() + TRAILER != file.length()) {
      throw PackRefusedException.corrupt("the pack is not as long as its objects");
    }
  }

  private int header() throws IOException {
    byte[] head = new byte[HEADER];
    for (int i = 0; i < HEADER; i++) {
      head[i] = (byte) file.read();
    }
    if (head[0] != 'P' || head[1] != 'A' || head[2] != 'C' || head[3] != 'K') {
      throw PackRefusedException.corrupt("this is no pack of git");
    }
    limits.checkCount(head);
    return ByteBuffer.wrap(head).getInt(8);
  }

  private void one(int index) throws IOException {
    Head head = head(offsets[index]);
    if (!head.isDelta()) {
      limits.checkSize(head.type(), head.size());
      types[index] = (byte) head.type();
      MessageDigest digest = isLarge(head.size()) ? digest(head.type(), head.size()) : null;
      file.inflate(head.size(), new Eyes(digest, new byte[0]));
      if (digest != null) {
        ids.put(ObjectId.fromRaw(digest.digest()), index);
      }
      return;
    }
    limits.checkDelta(head.size(), limits.blobBytes());
    byte[] sizes = new byte[(int) Math.min(SIZES, head.size())];
    file.inflate(head.size(), new Eyes(null, sizes));
    DeltaSizes delta = DeltaSizes.of(sizes);
    int base = head.baseId() == null ? indexOf(head.base()) : index;
    types[index] = types[base];
    limits.checkSize(types[index] == 0 ? Constants.OBJ_BLOB : types[index], delta.result());
    if (isLarge(delta.base()) || isLarge(delta.result())) {
      large = true;
      largest = Math.max(largest, delta.base() + delta.result());
      return;
    }
    limits.checkDelta(head.size(), limits.wholeFromBytes());
    if (head.baseId() != null) {
      chains.byId(head.baseId(), delta.base());
    } else if (chains.breaks(index, base, delta.base())) {
      broken.set(index);
      large = true;
    }
  }

  /**
   * Looks at chains of deltas that could not be followed.
   *
   * @param objects of the repository
   */
  void checkChains(ObjectReader objects) throws IOException {
    chains.check(objects);
  }

  /** Whether a delta is to be written whole. */
  boolean isLarge(int index, DeltaSizes delta) {
    return broken.get(index) || isLarge(delta.base()) || isLarge(delta.result());
  }

  private boolean isLarge(long size) {
    return size > limits.wholeFromBytes();
  }

  /** Reads the head that begins there; the file stands at the packed bytes afterwards. */
  Head head(long offset) throws IOException {
    if (file.position() != offset) {
      file.seek(offset);
    }
    int c = file.read();
    int type = (c >> 4) & 7;
    long size = c & 15;
    for (int shift = 4; (c & 0x80) != 0; shift += 7) {
      c = file.read();
      size += (long) (c & 0x7f) << shift;
      if (shift > 53 || size < 0) {
        throw PackRefusedException.corrupt("an object has no size");
      }
    }
    long base = 0;
    ObjectId baseId = null;
    switch (type) {
      case Constants.OBJ_COMMIT, Constants.OBJ_TREE, Constants.OBJ_BLOB, Constants.OBJ_TAG -> {}
      case Constants.OBJ_OFS_DELTA -> base = offset - distance();
      case Constants.OBJ_REF_DELTA -> {
        byte[] id = new byte[Constants.OBJECT_ID_LENGTH];
        for (int i = 0; i < id.length; i++) {
          id[i] = (byte) file.read();
        }
        baseId = ObjectId.fromRaw(id);
      }
      default -> throw PackRefusedException.corrupt("an object of the unknown type " + type);
    }
    return new Head(type, size, base, baseId, file.position());
  }

  private long distance() throws IOException {
    int c = file.read();
    long distance = c & 0x7f;
    while ((c & 0x80) != 0) {
      c = file.read();
      distance = ((distance + 1) << 7) + (c & 0x7f);
      if (distance < 0 || distance > file.length()) {
        throw PackRefusedException.corrupt("a delta names a place before the pack");
      }
    }
    if (distance == 0) {
      throw PackRefusedException.corrupt("a delta names itself");
    }
    return distance;
  }

  static MessageDigest digest(int type, long size) {
    MessageDigest digest = Constants.newMessageDigest();
    digest.update(Constants.encodedTypeString(type));
    digest.update((byte) ' ');
    digest.update(Constants.encodeASCII(size));
    digest.update((byte) 0);
    return digest;
  }

  /** Keeps the first bytes of what flies by, and takes its digest. */
  private static final class Eyes extends OutputStream {
    private final @Nullable MessageDigest digest;
    private final byte[] first;
    private int seen;

    Eyes(@Nullable MessageDigest digest, byte[] first) {
      this.digest = digest;
      this.first = first;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      int kept = Math.min(length, first.length - seen);
      System.arraycopy(bytes, offset, first, seen, kept);
      seen += kept;
      if (digest != null) {
        digest.update(bytes, offset, length);
      }
    }
  }
}
