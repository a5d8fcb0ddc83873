package dev.pullcord.git.pack;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Applies one delta to a base that is not in the heap, and writes what comes out. */
final class DeltaResult {
  private static final int BUFFER = 64 << 10;

  private final MemorySegment base;
  private final InputStream delta;
  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER];
  private long left;

  DeltaResult(MemorySegment base, InputStream delta, OutputStream out) {
    this.base = base;
    this.delta = new BufferedInputStream(delta, BUFFER);
    this.out = out;
  }

  /** Writes exactly the size that the delta says. */
  void write() throws IOException {
    long baseSize = number();
    left = number();
    if (baseSize != base.byteSize()) {
      throw PackRefusedException.corrupt("a delta is for another base");
    }
    while (left > 0) {
      int command = next();
      if ((command & 0x80) != 0) {
        copy(command);
      } else if (command != 0) {
        insert(command);
      } else {
        throw PackRefusedException.corrupt("a delta has an unknown command");
      }
    }
  }

  private void copy(int command) throws IOException {
    long offset = 0;
    for (int i = 0; i < 4; i++) {
      if ((command & (1 << i)) != 0) {
        offset |= (long) next() << (8 * i);
      }
    }
    long length = 0;
    for (int i = 0; i < 3; i++) {
      if ((command & (0x10 << i)) != 0) {
        length |= (long) next() << (8 * i);
      }
    }
    length = length == 0 ? 0x10000 : length;
    if (length > left || offset + length > base.byteSize()) {
      throw PackRefusedException.corrupt("a delta copies what is not there");
    }
    left -= length;
    while (length > 0) {
      int part = (int) Math.min(length, buffer.length);
      MemorySegment.copy(base, ValueLayout.JAVA_BYTE, offset, buffer, 0, part);
      out.write(buffer, 0, part);
      offset += part;
      length -= part;
    }
  }

  private void insert(int length) throws IOException {
    if (length > left || delta.readNBytes(buffer, 0, length) != length) {
      throw PackRefusedException.corrupt("a delta inserts what is not there");
    }
    left -= length;
    out.write(buffer, 0, length);
  }

  private long number() throws IOException {
    long number = 0;
    for (int shift = 0; shift <= 56; shift += 7) {
      int c = next();
      number |= (long) (c & 0x7f) << shift;
      if ((c & 0x80) == 0) {
        return number;
      }
    }
    throw PackRefusedException.corrupt("a delta without sizes");
  }

  private int next() throws IOException {
    int c = delta.read();
    if (c < 0) {
      throw new EOFException("a delta ends too early");
    }
    return c;
  }
}
