package dev.pullcord.server.githost.repository;

import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.transport.ReceiveCommand;

/**
 * What has the repository besides this disk, and wins over it. It hears of a move before the ref
 * moves here, so that nobody sees a commit that it does not have.
 */
public interface RepositoryTruth {
  /** Nothing else has it: the disk is the truth. */
  RepositoryTruth DISK =
      new RepositoryTruth() {
        @Override
        public Moving move(Collection<ReceiveCommand> commands, String who, boolean allOrNone) {
          return () -> {};
        }

        @Override
        public void head(String branch) {}

        @Override
        public void repacked(Set<String> gone) {}
      };

  /** Makes it, for a repository that was opened. */
  @FunctionalInterface
  interface Maker {
    /** The truth of this one. */
    RepositoryTruth repository(FileRepository repository);
  }

  /** Refs that have moved there and are about to move here. */
  @FunctionalInterface
  interface Moving extends AutoCloseable {
    /** Takes those moves back there that were not made here. */
    @Override
    void close();
  }

  /**
   * Keeps all objects that are here, and then the moves. A command that may not move has its result
   * afterwards.
   *
   * @param who moves them
   * @param allOrNone whether one that cannot move keeps the others
   */
  Moving move(Collection<ReceiveCommand> commands, String who, boolean allOrNone)
      throws IOException;

  /** HEAD is about to name this branch, in full. */
  void head(String branch) throws IOException;

  /**
   * Packs were merged or removed here.
   *
   * @param gone what is not here any more, {@code pack-…}
   */
  void repacked(Set<String> gone) throws IOException;

  /**
   * Makes this disk equal to it, if a move did not end here as it did there. To be called now and
   * then.
   *
   * @return whether a ref moved here
   */
  default boolean settle() throws IOException {
    return false;
  }
}
