package dev.pullcord.server;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.protocol.ProtocolVersion;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.unit.Sizes;
import dev.pullcord.server.commands.Version;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.dashboard.Dashboard;
import dev.pullcord.server.dashboard.FleetBadge;
import dev.pullcord.server.dashboard.session.BrowserSessions;
import dev.pullcord.server.dashboard.settings.Fact;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.githost.push.PushHandler;
import dev.pullcord.server.host.StateFiles;
import dev.pullcord.server.http.Address;
import dev.pullcord.server.security.limit.FailedSignIns;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.AuditTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What holds for this server, for the page of the settings. No secret is in it.
 *
 * @param people the keys of the people's port; null with plain HTTP
 */
record SettingsFacts(
    ServerConfig config,
    Dashboard.Addresses addresses,
    @Nullable CertifiedKey people,
    CertifiedKey agents) {
  List<Fact.Group> now() {
    return List.of(
        new Fact.Group("This server", server()),
        new Fact.Group("Repository", repository()),
        new Fact.Group("State", state()),
        new Fact.Group("Bounds", bounds()));
  }

  private List<Fact> server() {
    CertifiedKey keys = people;
    boolean plain = keys == null;
    return List.of(
        badge(),
        Fact.exact(
                "Address",
                addresses.people().toString(),
                "dashboard, API and git; listens on " + where(config.listen()))
            .by("listen, advertise"),
        Fact.of(
                "Encryption",
                plain ? "none: plain HTTP" : "TLS 1.3",
                plain
                    ? "for this machine only; whatever ends TLS in front has a key of its own"
                    : null)
            .by("plain-http"),
        keys == null
            ? Fact.of("Its key", "none", null)
            : Fact.exact(
                "Its key",
                keys.pin(),
                "the SHA-256 fingerprint; pullcord login shows one, compare them before you agree"),
        Fact.exact(
                "Address for nodes",
                addresses.agents().toString(),
                "TLS must reach it unbroken; listens on " + where(config.agents()))
            .by("agents, advertise"),
        Fact.exact(
            "Key for nodes",
            agents.pin(),
            "inside every invitation: a node sends nothing to a server with another key"),
        Fact.of(
            "Version",
            "pullcord-server " + Version.number(),
            "speaks protocol " + ProtocolVersion.CURRENT + " with its agents"));
  }

  private Fact badge() {
    FleetBadge badge = addresses.badge();
    String accent = badge.accent() == null ? "" : ", in " + badge.accent().word();
    return Fact.of(
            "Fleet",
            badge.name().isEmpty() ? "no name" : badge.name(),
            "in the head of every page" + accent)
        .by("name, accent");
  }

  private static String where(Address address) {
    String host = address.any() ? "all addresses" : address.host();
    return host + (address.port() == 0 ? ", any free port" : ", port " + address.port());
  }

  private List<Fact> repository() {
    return List.of(
        Fact.of("Name", addresses.repository(), "what your workers run, as one git repository"),
        Fact.exact(
            "Sign in, once",
            "pullcord login " + addresses.people(),
            "it asks for your token, and sets up git too"),
        Fact.exact(
            "Clone",
            "pullcord clone",
            config.upstream() == null ? "a clone that can push" : "to read: pushes go upstream"),
        Fact.exact("For git", addresses.git(), "the password is a token; the name does not matter"),
        Fact.of(
            "Branch",
            addresses.branch(),
            "the default, which a node follows unless invited to another"));
  }

  private List<Fact> state() {
    boolean here = config.place().store() == null;
    return List.of(
        Fact.exact(
                "Directory",
                config.state().toString(),
                here
                    ? "on the server: the store, the repository, the keys of both ports"
                    : "on the server: the keys of both ports, and a copy of the repository")
            .by("state"),
        here ? file() : database(),
        Fact.of(
            "Audit log",
            String.format(
                Locale.ROOT,
                "%,d acts, %,d refusals",
                AuditTable.DONE_KEPT,
                AuditTable.REFUSED_KEPT),
            "so many are kept, the newest"));
  }

  private Fact file() {
    Path store = config.state().resolve("store.db");
    long bytes = StateFiles.bytes(store, store.resolveSibling("store.db-wal"));
    return Fact.of(
        "Store", Sizes.mebibytes(bytes), "SQLite, store.db in that directory, with its log");
  }

  private static Fact database() {
    return Fact.of(
            "Store",
            "PostgreSQL",
            "the store and the repository; back it up as docs/operating/postgresql.md says")
        .by("store");
  }

  private static List<Fact> bounds() {
    PushHandler.Limits push = PushHandler.Limits.ALL;
    return List.of(
        Fact.of("A node is offline", "after " + text(FleetModel.OFFLINE_AFTER), "without contact"),
        Fact.of(
            "A push stays",
            text(push.stays()),
            "to watch the nodes; git push -o nowait, or -o timeout=10m, up to "
                + text(push.longest())),
        Fact.of(
            "A push holds",
            Sizes.format(push.bytes()),
            "and no file more than " + Sizes.format(push.fileBytes())),
        Fact.of(
            "A browser is signed in",
            "for " + text(BrowserSessions.LIFE),
            "or until "
                + text(BrowserSessions.IDLE)
                + " without a request; never beyond its token"),
        Fact.of(
            "Wrong tokens",
            FailedSignIns.WRONG_MAX + " in " + text(FailedSignIns.WINDOW),
            "then more of the same address or token are answered 429; one that works is taken"),
        Fact.of("Tokens", "at most " + ApiTokens.TOKENS_MAX, null));
  }

  private static String text(Duration duration) {
    return Durations.format(duration);
  }
}
