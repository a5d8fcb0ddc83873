package dev.pullcord.protocol.identity;

/**
 * One file of a release, as far as identities depend on it.
 *
 * @param path in the repository
 * @param mode git's file mode, in octal
 * @param objectId of the blob, 40 hex digits
 */
public record ReleaseFile(String path, String mode, String objectId)
    implements Comparable<ReleaseFile> {
  @Override
  public int compareTo(ReleaseFile other) {
    return path.compareTo(other.path);
  }
}
