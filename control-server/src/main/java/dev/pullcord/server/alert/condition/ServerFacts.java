package dev.pullcord.server.alert.condition;

import dev.pullcord.protocol.api.UpstreamView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the server itself knows beside its fleet.
 *
 * @param upstream the mirror; empty where people push here
 * @param disk the disk that must not be full
 * @param url of the people's port, for links
 */
public record ServerFacts(
    Supplier<Optional<UpstreamView>> upstream, Supplier<DiskState> disk, URI url) {

  /**
   * A disk at this moment.
   *
   * @param directory what is kept on it
   * @param freeBytes how much the server may still write
   * @param totalBytes its size
   */
  public record DiskState(Path directory, long freeBytes, long totalBytes) {
    /** The disk that has this directory. */
    public static DiskState of(Path directory) {
      try {
        FileStore disk = Files.getFileStore(directory);
        return new DiskState(directory, disk.getUsableSpace(), disk.getTotalSpace());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot look at the disk of " + directory, e);
      }
    }
  }
}
