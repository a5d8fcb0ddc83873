package dev.pullcord.server.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.git.remote.RemoteTransports;
import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteUrl;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.server.FakeFleet;
import dev.pullcord.server.FullAtTimes;
import dev.pullcord.server.audit.AuditLog;
import dev.pullcord.server.config.HostLinks;
import dev.pullcord.server.config.UpstreamConfig;
import dev.pullcord.server.githost.entry.CommitRules;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.githost.upstream.UpstreamEntry;
import dev.pullcord.server.githost.upstream.UpstreamRepository;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.TestStore;
import dev.pullcord.testkit.ManualClock;
import dev.pullcord.testkit.TempGitRemote;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A mirror over a real repository, a real store and a real git upstream. */
final class MirrorRig implements AutoCloseable {
  static final Principal ADA = new Principal("ada", Principal.Role.OPERATOR);
  static final String GOOD = "version: 1\nbundles:\n  app: {paths: [app]}\n";
  static final String BAD = "version: 1\nbundles: 7\n";

  final TempGitRemote remote;
  final RepositoryStore repository;
  final Store store;
  final FullAtTimes disk;
  final FakeFleet fleet = new FakeFleet();
  final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
  final AuditLog audit;
  private final Path directory;
  private @Nullable UpstreamMirror mirror;

  MirrorRig(Path directory) throws IOException {
    this.directory = directory;
    remote = TempGitRemote.create(directory.resolve("upstream"));
    repository = RepositoryStore.create(directory.resolve("repositories"), "fleet");
    store = TestStore.open(directory.resolve("store.db"));
    disk = new FullAtTimes(store);
    audit = new AuditLog(store, clock);
    fleet.source(repository);
  }

  static UpstreamConfig config(String url, List<String> branches, List<String> tags) {
    return new UpstreamConfig(
        new RemoteAccess(new RemoteUrl(url), null, null, "upstream"),
        new UpstreamConfig.Refs(branches, tags),
        Duration.ofMinutes(1),
        HostLinks.NONE);
  }

  UpstreamMirror mirror() {
    UpstreamMirror made = mirror;
    return made == null ? mirror(config(remote.url(), List.of(), List.of())) : made;
  }

  /** A mirror with other settings, or after a restart. */
  UpstreamMirror mirror(UpstreamConfig config) {
    if (mirror != null) {
      mirror.close();
    }
    UpstreamMirror made =
        new UpstreamMirror(
            config,
            new UpstreamRepository(
                new RemoteTransports(
                    config.remote(),
                    Map.of(),
                    RemoteTransports.Times.usual(clock, System::nanoTime)),
                repository),
            new UpstreamEntry(new CommitRules(repository, fleet)),
            new MirrorEffects(disk, fleet, (_, _) -> {}, audit),
            new UpstreamMirror.MirrorTime(clock, () -> 0, new Random(3)));
    mirror = made;
    return made;
  }

  UpstreamView fetch() {
    return mirror().fetch();
  }

  String push(String manifest, String message) {
    return remote.push(Map.of("pullcord.yaml", manifest, "app/run", message), message);
  }

  @Nullable String head(String branch) {
    var commit = repository.heads().get(branch);
    return commit == null ? null : commit.value();
  }

  static UpstreamView.Ref ref(UpstreamView view, String name) {
    List<UpstreamView.Ref> found = view.refs().stream().filter(r -> r.ref().equals(name)).toList();
    assertThat(found).as(name).hasSize(1);
    return found.getFirst();
  }

  Path directory() {
    return directory;
  }

  @Override
  public void close() {
    if (mirror != null) {
      mirror.close();
    }
    audit.close();
    store.close();
    repository.close();
  }
}
