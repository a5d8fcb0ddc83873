package dev.pullcord.server.config;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlDocument;
import dev.pullcord.protocol.yaml.YamlNode;
import dev.pullcord.protocol.yaml.YamlProblem;
import dev.pullcord.server.alert.AlertReader;
import dev.pullcord.server.alert.AlertSettings;
import dev.pullcord.server.alert.status.StatusReader;
import dev.pullcord.server.alert.status.StatusSettings;
import dev.pullcord.server.dashboard.FleetBadge;
import dev.pullcord.server.http.Address;
import dev.pullcord.server.store.postgres.PostgresAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code server.yaml} and the command line say; documented in {@code
 * docs/reference/server-config.md}.
 *
 * @param place where the server keeps what it has
 * @param listen the people's port
 * @param agents the agents' port
 * @param plainHttp whether the people's port speaks plain HTTP, on loopback only
 * @param names by which others find this server
 * @param limits of what is everybody's
 * @param upstream the repository that is mirrored; null when people push here
 * @param badge what tells this fleet's pages from another's
 * @param alerts who is told of what
 */
public record ServerConfig(
    ServerPlace place,
    Address listen,
    Address agents,
    boolean plainHttp,
    ServerNames names,
    ServerLimits limits,
    @Nullable UpstreamConfig upstream,
    FleetBadge badge,
    AlertSettings alerts) {
  public static final Path DEFAULT_FILE = Path.of("/etc/pullcord/server.yaml");

  private static final Path DEFAULT_STATE = Path.of("/var/lib/pullcord-server");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]{1,253}");
  private static final Pattern NAME =
      Pattern.compile("[\\p{L}\\p{N}](?:[\\p{L}\\p{N} ._-]{0,28}[\\p{L}\\p{N}])?");
  private static final int HOSTS_MAX = 100;
  private static final long FILE_MAX_BYTES = 256 << 10;

  /** What the server is when nobody says otherwise. */
  public static final ServerConfig DEFAULT =
      new ServerConfig(
          new ServerPlace(DEFAULT_STATE, null),
          new Address("*", 8420),
          new Address("*", 8421),
          false,
          ServerNames.FOUND,
          ServerLimits.standard(),
          null,
          FleetBadge.NONE,
          AlertSettings.NONE);

  /** What a server without an upstream is, that tells nobody. */
  public ServerConfig(
      Path state,
      Address listen,
      Address agents,
      boolean plainHttp,
      @Nullable String advertise,
      List<String> hosts,
      ServerLimits limits) {
    this(
        new ServerPlace(state, null),
        listen,
        agents,
        plainHttp,
        new ServerNames(advertise, hosts),
        limits,
        null,
        FleetBadge.NONE,
        AlertSettings.NONE);
  }

  /** Refuses what cannot be together. */
  public ServerConfig {
    if (plainHttp && !listen.loopback()) {
      throw new IllegalArgumentException(
          "plain HTTP is refused on "
              + listen
              + ": tokens would cross the network in the clear; listen on 127.0.0.1, or leave"
              + " out plain-http");
    }
  }

  /** What that file says; without one, what the usual file says, where it exists. */
  public static ServerConfig load(@Nullable Path file) throws IOException {
    if (file != null) {
      return read(file);
    }
    return Files.exists(DEFAULT_FILE) ? read(DEFAULT_FILE) : DEFAULT;
  }

  /** Reads a file; everything that is wrong with it is in the exception, a line each. */
  public static ServerConfig read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "CONFIG_FILE  " + file + (Files.exists(file) ? " is not a file" : " does not exist"));
    }
    if (Files.size(file) > FILE_MAX_BYTES) {
      throw new IllegalArgumentException(
          "CONFIG_SIZE  " + file + " is larger than " + FILE_MAX_BYTES + " bytes");
    }
    YamlDocument document = YamlDocument.read(Files.readAllBytes(file), file.toString(), "CONFIG");
    Section root = document.root();
    Optional<Path> state = value(root, "state", ServerConfig::path);
    Optional<Path> password = value(root, "store-password-file", ServerConfig::path);
    Optional<PostgresAddress> store =
        value(root, "store", text -> new PostgresAddress(text, password.orElse(null)));
    Optional<Address> listen = value(root, "listen", Address::parse);
    Optional<Address> agents = value(root, "agents", Address::parse);
    Optional<Boolean> plain = value(root, "plain-http", ServerConfig::bool);
    Optional<String> advertise = value(root, "advertise", ServerConfig::host);
    List<String> hosts = hosts(root);
    Optional<ServerLimits> limits = root.section("limits").map(ServerLimits::read);
    Optional<Section> mirrored = root.section("upstream");
    Optional<UpstreamConfig> upstream = mirrored.flatMap(UpstreamReader::read);
    Optional<AlertSettings> alerts = root.section("alerts").map(AlertReader::read);
    Optional<StatusSettings> status = mirrored.flatMap(StatusReader::read);
    FleetBadge badge =
        new FleetBadge(
            value(root, "name", ServerConfig::name).orElse(""),
            value(root, "accent", ServerConfig::accent).orElse(null));
    root.finish();
    List<YamlProblem> problems = document.problems().list();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          String.join("\n", problems.stream().map(YamlProblem::text).toList()));
    }
    AlertSettings all = alerts.orElse(AlertSettings.NONE);
    return new ServerConfig(
        new ServerPlace(state.orElse(DEFAULT.state()), store.orElse(null)),
        listen.orElse(DEFAULT.listen),
        agents.orElse(DEFAULT.agents),
        plain.orElse(false),
        new ServerNames(advertise.orElse(null), hosts),
        limits.orElse(DEFAULT.limits),
        upstream.orElse(null),
        badge,
        status.map(all::with).orElse(all));
  }

  private static List<String> hosts(Section root) {
    List<String> hosts = root.texts("hosts", HOSTS_MAX).orElse(List.of());
    for (String name : hosts) {
      if (!HOST.matcher(name).matches()) {
        root.node("hosts")
            .ifPresent(n ->
                root.problems()
                    .add("VALUE", n, Quoted.of(name) + "; a host name or address expected"));
      }
    }
    return hosts;
  }

  private static <T> Optional<T> value(Section root, String key, Function<String, T> reader) {
    Optional<YamlNode> node = root.node(key);
    Optional<String> text =
        node.flatMap(n ->
            n instanceof YamlNode.Scalar scalar
                ? Optional.of(scalar.text())
                : root.values().text(n));
    if (node.isEmpty() || text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(reader.apply(text.get()));
    } catch (IllegalArgumentException e) {
      root.problems().add("VALUE", node.get(), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static Path path(String text) {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException _) {
      // Said below.
    }
    throw new IllegalArgumentException(Quoted.of(text) + "; an absolute path expected");
  }

  private static Boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(Quoted.of(text) + "; true or false expected");
    };
  }

  private static String name(String text) {
    if (!NAME.matcher(text).matches()) {
      throw new IllegalArgumentException(
          Quoted.of(text) + "; a name of 1 to 30 letters, digits, spaces and . _ - expected");
    }
    return text;
  }

  private static FleetBadge.Accent accent(String text) {
    return FleetBadge.Accent.named(text)
        .orElseThrow(() ->
            new IllegalArgumentException(
                Quoted.of(text)
                    + "; one of "
                    + String.join(", ", FleetBadge.Accent.words())
                    + " expected"));
  }

  private static String host(String text) {
    if (!HOST.matcher(text).matches()) {
      throw new IllegalArgumentException(Quoted.of(text) + "; a host name or address expected");
    }
    return text;
  }

  /** The same with another state directory. */
  public ServerConfig in(Path directory) {
    return new ServerConfig(
        new ServerPlace(directory.toAbsolutePath().normalize(), place.store()),
        listen,
        agents,
        plainHttp,
        names,
        limits,
        upstream,
        badge,
        alerts);
  }

  /** The state directory. */
  public Path state() {
    return place.state();
  }

  /** Where the repository is. */
  public Path repositories() {
    return state().resolve("repositories");
  }

  /** Where the keys are. */
  public Path tls() {
    return state().resolve("tls");
  }
}
