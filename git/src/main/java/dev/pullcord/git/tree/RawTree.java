package dev.pullcord.git.tree;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one tree object as they stand there, however hostile: names are bytes, modes are
 * numbers, nothing is put in order.
 */
final class RawTree {
  private static final int ID_BYTES = 20;

  private RawTree() {}

  /**
   * One entry.
   *
   * @param mode as written, octal
   * @param name its bytes
   * @param id what it points to
   */
  record Entry(int mode, byte[] name, ObjectId id) {
    /** A directory. */
    boolean isTree() {
      return mode == 040000;
    }

    /** A symbolic link. */
    boolean isLink() {
      return mode == 0120000;
    }

    /** A submodule. */
    boolean isGitlink() {
      return mode == 0160000;
    }

    /** A file, executable or not. */
    boolean isFile() {
      // 100664 is in old histories; git itself takes it for 100644.
      return mode == 0100644 || mode == 0100755 || mode == 0100664;
    }

    /** The name, or null if it is not UTF-8. */
    @Nullable String text() {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
      } catch (CharacterCodingException e) {
        return null;
      }
    }

    /** For messages only. */
    String lossyText() {
      return new String(name, StandardCharsets.UTF_8);
    }

    /** Git's order: a directory sorts as if its name ended with a slash. */
    int compareName(Entry other) {
      int common = Math.min(name.length, other.name.length);
      int at = Arrays.mismatch(name, 0, common, other.name, 0, common);
      if (at >= 0) {
        return Integer.compare(name[at] & 0xff, other.name[at] & 0xff);
      }
      return Integer.compare(after(common), other.after(common));
    }

    private int after(int index) {
      if (index < name.length) {
        return name[index] & 0xff;
      }
      return isTree() ? '/' : 0;
    }
  }

  /** The entries, or null if these bytes are no tree. */
  static @Nullable List<Entry> parse(byte[] raw) {
    List<Entry> entries = new ArrayList<>();
    int at = 0;
    while (at < raw.length) {
      int mode = 0;
      int start = at;
      while (at < raw.length && raw[at] != ' ') {
        if (raw[at] < '0' || raw[at] > '7' || at - start > 9) {
          return null;
        }
        mode = mode << 3 | raw[at++] - '0';
      }
      int name = ++at;
      while (at < raw.length && raw[at] != 0) {
        at++;
      }
      int id = at + 1;
      if (at >= raw.length || id + ID_BYTES > raw.length) {
        return null;
      }
      entries.add(new Entry(mode, Arrays.copyOfRange(raw, name, at), ObjectId.fromRaw(raw, id)));
      at = id + ID_BYTES;
    }
    return entries;
  }
}
