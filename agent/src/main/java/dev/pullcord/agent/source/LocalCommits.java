package dev.pullcord.agent.source;

import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.jspecify.annotations.Nullable;

/**
 * Looks for commits in the mirror, tells one that is not there from a mirror that is damaged, and
 * replaces a damaged mirror. The caller has the lock of the mirror, except for {@link #open}.
 */
final class LocalCommits {
  private final Mirror mirror;
  private SnapshotReader reader;
  private volatile boolean suspect;

  LocalCommits(Mirror mirror) {
    this.mirror = mirror;
    this.reader = new SnapshotReader(mirror.repository());
  }

  /** What a look for a commit finds. */
  sealed interface Found permits Here, Absent, Damaged {}

  /** The commit, read. */
  record Here(SourceResult result) implements Found {}

  /** The mirror is sound, and the commit is not in it. */
  record Absent() implements Found {}

  /** The mirror cannot be read. */
  record Damaged(String reason) implements Found {}

  /** Replaces the mirror when an object of it could not be read since. */
  void replaceIfSuspect() throws IOException {
    if (suspect) {
      replace("an object in it could not be read");
    }
  }

  /** JGit throws what it misses after a fetch as the cause of a failed transport. */
  static boolean isDamage(@Nullable Throwable e) {
    return e instanceof MissingObjectException || e instanceof CorruptObjectException;
  }

  /** Whether the commit is here, with what it has. */
  Found look(CommitId commit) throws IOException {
    try {
      if (!mirror.repository().getObjectDatabase().has(ObjectId.fromString(commit.value()))) {
        return mirror.lostObjects()
            ? new Damaged("a ref leads to an object that is not there")
            : mirror.damage().<Found>map(Damaged::new).orElseGet(Absent::new);
      }
      return new Here(reader.read(commit));
    } catch (MissingObjectException | CorruptObjectException e) {
      return new Damaged(String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      Optional<String> damage = mirror.damage();
      if (damage.isEmpty()) {
        throw e;
      }
      return new Damaged(damage.get());
    }
  }

  /** Puts a fresh, empty mirror in the place of this one. */
  void replace(String reason) throws IOException {
    mirror.replace(reason);
    reader = new SnapshotReader(mirror.repository());
    suspect = false;
  }

  /** The content of a file; an object that cannot be read makes the mirror suspect. */
  InputStream open(String objectId) throws IOException {
    ObjectReader objects = mirror.repository().newObjectReader();
    try {
      InputStream content =
          objects.open(ObjectId.fromString(objectId), Constants.OBJ_BLOB).openStream();
      return new BlobStream(content, objects, () -> suspect = true);
    } catch (IOException e) {
      suspect = true;
      objects.close();
      throw e;
    }
  }
}
