package dev.pullcord.git.pack;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jgit.lib.Constants;

/**
 * What a pack that comes in may hold.
 *
 * @param bytes of the whole pack
 * @param objects in it
 * @param messageBytes of one commit or tag, its message included
 * @param treeBytes of one directory
 * @param blobBytes of one file
 * @param wholeFromBytes a delta with a base or a result above this is stored as the whole file
 * @param wholeBytes of all such files of one pack together
 * @param fetched whether it comes by a fetch of ours, or by a push of somebody
 */
public record PackLimits(
    long bytes,
    int objects,
    long messageBytes,
    long treeBytes,
    long blobBytes,
    long wholeFromBytes,
    long wholeBytes,
    boolean fetched) {
  private static final int DELTA_SPARE = 1 << 10;

  /** How packs like this one come in. */
  String way() {
    return fetched ? "a fetch" : "a push";
  }

  /** What a person may do about one that is too large. */
  String advice() {
    return fetched
        ? "take fewer branches, or a repository with less history"
        : "push fewer commits at once";
  }

  /** Of a pack that begins so. */
  void checkCount(byte[] head) throws IOException {
    long count = ByteBuffer.wrap(head).getInt(8) & 0xffffffffL;
    if (count > objects) {
      throw new PackRefusedException(
          "PACK_LIMIT", count + " objects in " + way() + "; " + objects + " at most; " + advice());
    }
  }

  /** Before any of it is held in memory. */
  void checkSize(int type, long size) throws IOException {
    switch (type) {
      case Constants.OBJ_TREE -> {
        if (size > treeBytes) {
          throw new PackRefusedException(
              "TREE_LIMIT",
              "a directory of " + size + " bytes; " + (treeBytes >> 20) + " MiB at most");
        }
      }
      case Constants.OBJ_BLOB -> {
        if (size > blobBytes) {
          throw new PackRefusedException(
              "PUSH_TOO_LARGE",
              "a file of " + size + " bytes; " + (blobBytes >> 20) + " MiB at most");
        }
      }
      default -> {
        if (size > messageBytes) {
          throw new PackRefusedException(
              "PUSH_TOO_LARGE",
              (type == Constants.OBJ_TAG ? "a tag of " : "a commit of ")
                  + size
                  + " bytes, its message included; "
                  + (messageBytes >> 20)
                  + " MiB at most");
        }
      }
    }
  }

  /** Git makes none that is larger than what comes out of it. */
  void checkDelta(long size, long result) throws IOException {
    if ((size - DELTA_SPARE) / 2 > result) {
      throw new PackRefusedException(
          "PACK_LIMIT", "a delta of " + size + " bytes that stands for less; pack it anew");
    }
  }
}
