package dev.pullcord.systemtests.promises.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** An open file or directory. */
final class MemoryChannel extends FileChannel {
  private final MemoryFiles files;
  private final Inode inode;
  private final String path;
  private final boolean append;
  private long position;

  MemoryChannel(MemoryFiles files, Inode inode, String path, boolean append) {
    this.files = files;
    this.inode = inode;
    this.path = path;
    this.append = append;
  }

  @Override
  public int read(ByteBuffer to) {
    int read = read(to, position);
    position += Math.max(0, read);
    return read;
  }

  @Override
  public long read(ByteBuffer[] to, int offset, int length) {
    long all = 0;
    for (int i = offset; i < offset + length; i++) {
      all += Math.max(0, read(to[i]));
    }
    return all;
  }

  @Override
  public int read(ByteBuffer to, long from) {
    if (from >= inode.size) {
      return -1;
    }
    int count = Math.min(to.remaining(), inode.size - (int) from);
    to.put(inode.data, (int) from, count);
    return count;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    if (append) {
      position = inode.size;
    }
    int written = write(from, position);
    position += written;
    return written;
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    long all = 0;
    for (int i = offset; i < offset + length; i++) {
      all += write(from[i]);
    }
    return all;
  }

  @Override
  public int write(ByteBuffer from, long to) throws IOException {
    int count = from.remaining();
    int kept = files.changes("write", path, count);
    files.disk.requireRoom(path);
    inode.room((int) to + count);
    from.get(inode.data, (int) to, count);
    inode.size = Math.max(inode.size, (int) to + kept);
    inode.modified = files.now();
    files.afterTorn(kept < count);
    return count;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public FileChannel position(long now) {
    position = now;
    return this;
  }

  @Override
  public long size() {
    return inode.size;
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    files.changes("truncate", path);
    inode.truncate((int) size);
    position = Math.min(position, size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    files.changes("force", path);
    files.disk.force(inode);
  }

  @Override
  public long transferTo(long from, long count, WritableByteChannel to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.max(0, Math.min(count, inode.size - from)));
    read(buffer, from);
    return to.write(buffer.flip());
  }

  @Override
  public long transferFrom(ReadableByteChannel from, long to, long count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, 1 << 16));
    from.read(buffer);
    return write(buffer.flip(), to);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long from, long size) {
    throw new UnsupportedOperationException("it is in memory already");
  }

  @Override
  public FileLock lock(long from, long size, boolean shared) {
    return tryLock(from, size, shared);
  }

  /** Each process has its own view, and at most one is alive. */
  @Override
  public FileLock tryLock(long from, long size, boolean shared) {
    return new FileLock(this, from, size, shared) {
      @Override
      public boolean isValid() {
        return isOpen();
      }

      @Override
      public void release() {
        // It goes with the channel.
      }
    };
  }

  @Override
  protected void implCloseChannel() {
    // Nothing is buffered.
  }
}
