package dev.pullcord.server;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.server.commands.Version;
import dev.pullcord.server.config.Advertised;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.githost.database.RepositoryFollower;
import dev.pullcord.server.githost.database.RepositoryOpening;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.host.StoreFile;
import dev.pullcord.server.http.BareHttp;
import dev.pullcord.server.http.ConnectionKeys;
import dev.pullcord.server.http.KnownHosts;
import dev.pullcord.server.http.Listener;
import dev.pullcord.server.http.RequestAdmission;
import dev.pullcord.server.security.ForwardingServers;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.server.standby.Forwarding;
import dev.pullcord.server.standby.KeyVouchers;
import dev.pullcord.server.standby.Lease;
import dev.pullcord.server.standby.SeenServers;
import dev.pullcord.server.standby.Standby;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.postgres.PostgresAddress;
import dev.pullcord.server.store.postgres.PostgresStore;
import dev.pullcord.server.store.postgres.PostgresTurn;
import dev.pullcord.server.store.postgres.StoreServer;
import dev.pullcord.server.store.sqlite.SqliteStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.jspecify.annotations.Nullable;

/**
 * The first part of a start: both ports are bound, and this server has the store. A store in a
 * database can be with another server; until it is free the ports answer that this one is a
 * standby.
 */
final class StoreTaking {
  private final ServerConfig config;
  private final ClosingStack closing;
  private final KnownHosts hosts;
  private final String host;
  private final CertifiedKey agentsKeys;
  private Listener people;
  private Listener agents;

  /**
   * What the rest of the start needs.
   *
   * @param people bound, and not answering
   * @param agents the same
   * @param store only this server writes it
   * @param lease of that store; empty where it is a file
   * @param servers the same
   * @param follower kept the disk near the store while this server waited; null where it is a file
   */
  record Taken(
      Listener people,
      Listener agents,
      Store store,
      Optional<Lease> lease,
      Optional<SeenServers> servers,
      @Nullable RepositoryFollower follower) {
    /** Without its lease a server sends its agents away; meanwhile it says that it is there. */
    void follow(ServerCore core) {
      lease.ifPresent(l -> l.whenLost(() -> core.streams().goAway("the server's lease is over")));
      servers.ifPresent(s -> core.every(SeenServers.EVERY, "servers", s::look));
    }

    /** Opens the repository of that store, in that folder. */
    RepositoryStore repository(Path directory) throws IOException {
      return RepositoryOpening.open(store, directory, follower);
    }

    /** What is let in; without its lease this server does not know what is so. */
    RequestAdmission admission(KnownHosts hosts) {
      return new RequestAdmission(
          hosts,
          servers.map(StoreTaking::forwarding).orElse(ForwardingServers.none()),
          () -> lease.isEmpty() || lease.get().holds());
    }
  }

  StoreTaking(
      ServerConfig config,
      CertifiedKey agentsKeys,
      @Nullable CertifiedKey peopleKeys,
      KnownHosts hosts,
      ClosingStack closing)
      throws IOException {
    this.config = config;
    this.closing = closing;
    this.hosts = hosts;
    this.agentsKeys = agentsKeys;
    this.host = Advertised.host(config, agentsKeys);
    people =
        closing.push(
            "people's port",
            Listener.bind(Port.PEOPLE, config.listen(), peopleKeys, config.limits().people()));
    agents =
        closing.push(
            "agents' port",
            Listener.bind(Port.AGENTS, config.agents(), agentsKeys, config.limits().agents()));
  }

  /**
   * Takes the store.
   *
   * @param waits is run when the ports answer and another server has it
   */
  Taken take(Runnable waits) throws IOException {
    PostgresAddress database = config.place().store();
    StoreServer self =
        new StoreServer(
            people.url(Advertised.people(config, host)), agents.url(host), Version.number());
    Optional<PostgresTurn> turn = StoreFile.turn(config.state(), database, self);
    if (turn.isEmpty() || database == null) {
      Store file = SqliteStore.open(StoreFile.of(config.state()));
      return new Taken(people, agents, file, Optional.empty(), Optional.empty(), null);
    }
    KeyVouchers keys = new KeyVouchers(config.tls(), database);
    keys.exchange(); // before it is seen: agents are told of a server whose key is vouched for
    RepositoryFollower follower =
        closing.push(
            "repository follower",
            new RepositoryFollower(
                () -> PostgresStore.openBesideServer(database), config.repositories()));
    Runnable follows =
        () -> {
          waits.run();
          follower.start();
        };
    SeenServers servers = new SeenServers(database, self, keys);
    Forwarding forwarding =
        new Forwarding(
            agentsKeys, keys::isServer, config.limits().forwarded().shares(), System::nanoTime);
    RequestAdmission admission = new RequestAdmission(hosts, forwarding(servers));
    Store store =
        new Standby(
                turn.get(),
                answers -> open(answers, admission),
                forwarding,
                follows,
                keys::exchange)
            .take();
    follower.close();
    Lease lease = closing.push("lease", Lease.begin(store));
    StoreFile.note(config.state(), database);
    return new Taken(people, agents, store, Optional.of(lease), Optional.of(servers), follower);
  }

  /** Those whose word for their clients counts here, before this server is active and after. */
  private static ForwardingServers forwarding(SeenServers servers) {
    return new ForwardingServers(new ConnectionKeys(), servers::isServer);
  }

  /** A port is bound again as soon as its answers end: who connects meanwhile waits. */
  private Closeable open(Handler answers, RequestAdmission admission) throws IOException {
    BareHttp http =
        closing.push(
            "standby",
            BareHttp.start(people, agents, admission, config.limits().bodies().shares(), answers));
    return () -> {
      http.close();
      CertifiedKey peopleKeys = config.plainHttp() ? null : TlsKeys.load(config.tls(), "people");
      people = closing.push("people's port", people.again(peopleKeys));
      agents = closing.push("agents' port", agents.again(TlsKeys.load(config.tls(), "agents")));
    };
  }
}
