package dev.pullcord.git.pack;

import dev.pullcord.git.pack.PackObjects.Head;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.eclipse.jgit.internal.storage.pack.BinaryDelta;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/** Writes a pack again, with each delta against something large as the whole that it stands for. */
final class WholeObjects {
  private final PackFile old;
  private final PackObjects pack;
  private final ObjectReader objects;
  private final Path directory;
  private final PackLimits limits;
  private final BitSet made = new BitSet();
  private long[] places = new long[0];
  private long written;
  private long whole;

  WholeObjects(
      PackFile old, PackObjects pack, ObjectReader objects, Path directory, PackLimits limits) {
    this.old = old;
    this.pack = pack;
    this.objects = objects;
    this.directory = directory;
    this.limits = limits;
  }

  /** The new pack. */
  PackFile write() throws IOException {
    PackFile fresh = new PackFile(directory);
    try {
      MessageDigest digest = Constants.newMessageDigest();
      DigestOutputStream out =
          new DigestOutputStream(new BufferedOutputStream(fresh.appender(), 64 << 10), digest);
      copy(0, pack.offset(0), out);
      places = new long[pack.count()];
      for (int index = 0; index < pack.count(); index++) {
        places[index] = written;
        write(index, fresh, out);
      }
      out.on(false);
      out.write(digest.digest());
      out.flush();
      return fresh;
    } catch (IOException | RuntimeException | Error e) {
      fresh.close();
      throw e;
    }
  }

  private boolean isLarge(int index, Head head) throws IOException {
    return head.isDelta() && pack.isLarge(index, sizes(head));
  }

  private DeltaSizes sizes(Head head) throws IOException {
    try (InputStream delta = new InflaterInputStream(old.from(head.data()))) {
      return DeltaSizes.of(delta.readNBytes(20));
    }
  }

  private void write(int index, PackFile fresh, OutputStream out) throws IOException {
    Head head = pack.head(pack.offset(index));
    if (isLarge(index, head)) {
      DeltaSizes sizes = sizes(head);
      whole += sizes.base() + sizes.result();
      if (whole > limits.wholeBytes()) {
        throw new PackRefusedException(
            "PACK_LIMIT",
            "changes of large files that are more than "
                + (limits.wholeBytes() >> 20)
                + " MiB when they are unpacked; "
                + limits.advice());
      }
      out.flush();
      try (PackFile file = new PackFile(directory);
          Arena arena = Arena.ofConfined()) {
        int type = unpack(head, fresh, file.appender());
        // Not in the heap.
        MemorySegment base =
            file.channel().map(FileChannel.MapMode.READ_ONLY, 0, file.length(), arena);
        whole(index, head, type, base, out);
      }
    } else if (head.type() == Constants.OBJ_OFS_DELTA) {
      header(Constants.OBJ_OFS_DELTA, head.size(), out);
      distance(places[index] - places[pack.indexOf(head.base())], out);
      copy(head.data(), pack.end(index), out);
    } else {
      copy(pack.offset(index), pack.end(index), out);
    }
  }

  private void whole(int index, Head head, int type, MemorySegment base, OutputStream out)
      throws IOException {
    long size = sizes(head).result();
    limits.checkSize(type, size);
    header(type, size, out);
    MessageDigest digest = PackObjects.digest(type, size);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try (InputStream delta = new InflaterInputStream(old.from(head.data()))) {
      DeflaterOutputStream packed =
          new DeflaterOutputStream(new CountedOutput(out), deflater, 8 << 10);
      new DeltaResult(base, delta, new DigestOutputStream(packed, digest)).write();
      packed.finish();
    } finally {
      deflater.end();
    }
    pack.type(index, type);
    pack.ids.put(ObjectId.fromRaw(digest.digest()), index);
    made.set(index);
  }

  private int unpack(Head delta, PackFile fresh, OutputStream out) throws IOException {
    ObjectId id = delta.baseId();
    if (id == null) {
      return unpack(pack.indexOf(delta.base()), fresh, out);
    }
    Integer index = pack.ids.get(id);
    if (index != null) {
      return unpack(index.intValue(), fresh, out);
    }
    ObjectLoader base = objects.open(id);
    limits.checkSize(base.getType(), base.getSize());
    try (InputStream content = base.openStream()) {
      content.transferTo(out);
    }
    return base.getType();
  }

  private int unpack(int index, PackFile fresh, OutputStream out) throws IOException {
    if (made.get(index)) {
      return made(index, fresh, out);
    }
    return small(index, fresh, out);
  }

  /** One that is written already. */
  private int made(int index, PackFile fresh, OutputStream out) throws IOException {
    Head whole = new PackObjects(fresh, limits).head(places[index]);
    fresh.inflate(whole.size(), out);
    return whole.type();
  }

  /** A whole object, or one that is made by deltas of small ones. */
  private int small(int index, PackFile fresh, OutputStream out) throws IOException {
    Deque<Head> deltas = new ArrayDeque<>();
    Head head = pack.head(pack.offset(index));
    int base = index;
    while (head.type() == Constants.OBJ_OFS_DELTA && !made.get(base)) {
      deltas.push(head);
      base = pack.indexOf(head.base());
      head = pack.head(head.base());
    }
    if (deltas.isEmpty() && !head.isDelta()) {
      old.seek(head.data());
      old.inflate(head.size(), out);
      return head.type();
    }
    int type = head.type();
    byte[] content;
    if (made.get(base)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      type = made(base, fresh, bytes);
      content = bytes.toByteArray();
    } else if (head.baseId() == null) {
      content = inflated(head);
    } else {
      ObjectLoader first = objects.open(head.baseId());
      type = first.getType();
      content =
          BinaryDelta.apply(first.getCachedBytes((int) limits.wholeFromBytes()), inflated(head));
    }
    for (Head delta : deltas) {
      content = BinaryDelta.apply(content, inflated(delta));
    }
    out.write(content);
    return type;
  }

  private byte[] inflated(Head head) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    old.seek(head.data());
    old.inflate(head.size(), bytes);
    return bytes.toByteArray();
  }

  private void copy(long from, long to, OutputStream out) throws IOException {
    byte[] buffer = new byte[8 << 10];
    InputStream in = old.from(from);
    for (long left = to - from; left > 0; ) {
      int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (n <= 0) {
        throw PackRefusedException.corrupt("the pack ends in the middle of an object");
      }
      out.write(buffer, 0, n);
      left -= n;
    }
    written += to - from;
  }

  private void header(int type, long size, OutputStream out) throws IOException {
    int c = (type << 4) | (int) (size & 15);
    for (long rest = size >>> 4; rest != 0; rest >>>= 7) {
      out.write(c | 0x80);
      written++;
      c = (int) (rest & 0x7f);
    }
    out.write(c);
    written++;
  }

  private void distance(long places, OutputStream out) throws IOException {
    byte[] bytes = new byte[10];
    int at = bytes.length;
    long distance = places;
    bytes[--at] = (byte) (distance & 0x7f);
    for (distance >>= 7; distance != 0; distance >>= 7) {
      distance--;
      bytes[--at] = (byte) (0x80 | (distance & 0x7f));
    }
    out.write(bytes, at, bytes.length - at);
    written += bytes.length - at;
  }

  /** Counts what a deflater writes. */
  private final class CountedOutput extends OutputStream {
    private final OutputStream out;

    CountedOutput(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      written++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      written += length;
    }
  }
}
