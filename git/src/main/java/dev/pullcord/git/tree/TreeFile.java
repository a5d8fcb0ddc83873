package dev.pullcord.git.tree;

import dev.pullcord.protocol.identity.ReleaseFile;
import org.eclipse.jgit.lib.ObjectId;

/**
 * One entry of a checked tree that belongs to a bundle. A release may have 100,000, and an agent
 * holds those of two releases at once, so it is small: the id is held as git's 20 bytes.
 *
 * @param path in the repository; checked: relative, no {@code ..}, no {@code .git}, no control
 *     characters
 * @param kind what it becomes
 * @param id of the blob
 * @param size in bytes
 */
public record TreeFile(String path, Kind kind, ObjectId id, long size) {
  /** One whose object id is written in 40 hex digits. */
  public TreeFile(String path, Kind kind, String objectId, long size) {
    this(path, kind, ObjectId.fromString(objectId), size);
  }

  /** The id of the blob, 40 hex digits. */
  public String objectId() {
    return id.name();
  }

  /** The same as far as the identity of a worker depends on it. */
  public ReleaseFile forIdentity() {
    return new ReleaseFile(path, kind.mode(), objectId());
  }

  /** What an entry becomes on disk. */
  public enum Kind {
    /** A read-only file, 0444. */
    FILE("100644"),
    /** A read-only program, 0555. */
    EXECUTABLE("100755"),
    /** A link whose target was checked to stay within the release. */
    LINK("120000");

    private final String mode;

    Kind(String mode) {
      this.mode = mode;
    }

    /** Git's mode in octal, as the worker identity has it. */
    public String mode() {
      return mode;
    }
  }
}
