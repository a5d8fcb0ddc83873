package dev.pullcord.server.doctor;

import dev.pullcord.base.disk.DirectoryLock;
import dev.pullcord.base.host.DaemonUnits;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.host.ServerClock;
import dev.pullcord.server.host.StateFiles;
import dev.pullcord.server.host.StoreFile;
import dev.pullcord.server.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The server that is looked at.
 *
 * @param config what it was told
 * @param running whether it runs
 * @param clock this host's
 * @param units of this host
 */
public record DoctorPatient(
    ServerConfig config, boolean running, InstantSource clock, DaemonUnits units) {
  /** The server of that configuration, as it is now. */
  public static DoctorPatient of(ServerConfig config, DaemonUnits units) throws IOException {
    return new DoctorPatient(config, isRunning(config.state()), ServerClock.system(), units);
  }

  private static boolean isRunning(Path state) throws IOException {
    if (!Files.exists(state.resolve("lock"))) {
      return false;
    }
    Optional<DirectoryLock> lock = StateFiles.tryLock(state);
    if (lock.isPresent()) {
      lock.get().close();
    }
    return lock.isEmpty();
  }

  Path state() {
    return config.state();
  }

  Path storeFile() {
    return StoreFile.of(config.state());
  }

  /** Fails with the words of {@code run} where there is no server. */
  void requireServer() throws IOException {
    if (!StoreFile.exists(state())) {
      throw new IOException(state() + " holds no server; make one: pullcord-server init");
    }
  }

  /** Reads the store. */
  <T> T read(Store.Task<T> task) throws IOException {
    requireServer();
    try (Store store = StoreFile.openBesideServer(state())) {
      return store.read(task);
    }
  }
}
