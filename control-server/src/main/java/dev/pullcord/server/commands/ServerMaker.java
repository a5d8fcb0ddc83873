package dev.pullcord.server.commands;

import dev.pullcord.base.disk.DirectoryLock;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.host.ServerClock;
import dev.pullcord.server.host.StateFiles;
import dev.pullcord.server.host.StoreFile;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.tls.CertificateNames;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Makes a server's state directory. The admin token comes last: a directory with one is complete,
 * and one whose making was cut short can be made again.
 */
final class ServerMaker {
  private final ServerConfig config;
  private final String repository;
  private final List<String> hosts;

  /**
   * @param state the directory
   * @param repository the name of the repository in it
   * @param hosts further names of this host for the certificates
   */
  ServerMaker(Path state, String repository, List<String> hosts) {
    this.config = ServerConfig.DEFAULT.in(state);
    this.repository = repository;
    this.hosts = List.copyOf(hosts);
  }

  /** Makes it and returns the first admin token; empty where a server was made before. */
  Optional<String> make() throws IOException {
    StateFiles.directory(config.state());
    if (isMade()) {
      return Optional.empty();
    }
    try (DirectoryLock _ = StateFiles.lock(config.state())) {
      StateFiles.directory(config.tls());
      StateFiles.directory(config.repositories());
      try (Store store = StoreFile.open(config.state())) {
        return hasTokens(store) ? Optional.empty() : Optional.of(make(store));
      }
    }
  }

  /** Also of a server that runs, whose lock is taken. */
  private boolean isMade() throws IOException {
    if (!StoreFile.exists(config.state())) {
      return false;
    }
    Optional<DirectoryLock> lock = StateFiles.tryLock(config.state());
    if (lock.isPresent()) {
      lock.get().close();
      return false; // it is looked at, and completed, with the lock
    }
    return true;
  }

  private static boolean hasTokens(Store store) {
    return !store.read(tables -> tables.apiTokens().all()).isEmpty();
  }

  private String make(Store store) throws IOException {
    RepositoryStore.create(config.repositories(), repository).close();
    List<String> names = CertificateNames.all(hosts);
    TlsKeys.create(config.tls(), "agents", names, ServerClock.now());
    TlsKeys.create(config.tls(), "people", names, ServerClock.now());
    Principal admin = new Principal("admin", Principal.Role.ADMIN);
    return new ApiTokens(store, ServerClock.system()).create(admin, "init");
  }

  /** What people compare when they sign in. */
  String fingerprint() throws IOException {
    return TlsKeys.load(config.tls(), "people").pin();
  }
}
