package dev.pullcord.agent.config;

import dev.pullcord.agent.config.AgentConfig.Git;
import dev.pullcord.agent.config.AgentConfig.Metrics;
import dev.pullcord.agent.config.AgentConfig.Notify;
import dev.pullcord.agent.config.AgentConfig.Result;
import dev.pullcord.agent.envfile.EnvFilePolicy;
import dev.pullcord.agent.rights.AllowedWork;
import dev.pullcord.agent.rights.WorkerUsers;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.DaemonUnits;
import dev.pullcord.protocol.id.Labels;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.Problems;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlDocument;
import dev.pullcord.protocol.yaml.YamlNode;
import dev.pullcord.protocol.yaml.YamlProblem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code agent.yaml}; an absent default file is an empty one. */
public final class ConfigReader {
  /** Every key there is, for the test that holds the reference page to them. */
  static final List<String> KEYS =
      List.of(
          "state",
          "node",
          "poll",
          "keep-for",
          "env-files",
          "drift",
          "noop",
          "refs",
          "kinds",
          "actions",
          "targets",
          "as-root",
          "users",
          "labels",
          "metrics",
          "metrics.listen",
          "metrics.textfile",
          "git",
          "git.url",
          "git.branch",
          "git.poll",
          "git.ca-file",
          "git.credentials",
          "git.credentials.username",
          "git.credentials.password-file",
          "git.credentials.certificate-file",
          "git.credentials.key-file",
          "git.credentials.known-hosts-file",
          "notify",
          "notify.url",
          "notify.secret-file",
          "notify.ca-file");

  static final Duration POLL_MIN = Duration.ofSeconds(1);
  static final Duration POLL_MAX = Duration.ofHours(24);
  private static final Pattern LOOPBACK =
      Pattern.compile(
          "(127(?:\\.(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}|\\[::1]|localhost)"
              + ":([0-9]{1,5})");

  private ConfigReader() {}

  /**
   * Reads it.
   *
   * @param named the file that was asked for; null for the default one, which may be missing
   * @param state from the command line, which wins over the file
   * @param hostName what the node is called unless the file says otherwise
   */
  public static Result read(@Nullable Path named, @Nullable Path state, String hostName) {
    Path file = named == null ? AgentConfig.DEFAULT_FILE : named;
    if (named == null && !Files.exists(file)) {
      return new Result.Read(defaults(state, hostName));
    }
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      return new Result.Bad(
          List.of(
              "CONFIG_FILE  "
                  + file
                  + "  cannot be read by user "
                  + System.getProperty("user.name")
                  + ": "
                  + why(e, file)));
    }
    YamlDocument document = YamlDocument.read(content, file.toString(), "CONFIG");
    AgentConfig config = read(document.root(), defaults(state, hostName), state);
    Problems problems = document.problems();
    return problems.none()
        ? new Result.Read(config)
        : new Result.Bad(problems.list().stream().map(YamlProblem::text).toList());
  }

  private static AgentConfig read(Section root, AgentConfig preset, @Nullable Path state) {
    Optional<Path> inFile = value(root, "state", Path::of).filter(p -> absolute(root, "state", p));
    Optional<NodeName> node = value(root, "node", NodeName::new);
    Optional<Git> git = root.section("git").flatMap(FollowedRemoteReader::git);
    Optional<Notify> notify = root.section("notify").flatMap(FollowedRemoteReader::notify);
    Optional<Duration> poll = root.duration("poll", POLL_MIN, POLL_MAX);
    Optional<Duration> keepFor = root.duration("keep-for", Duration.ZERO, Duration.ofDays(3650));
    List<String> envFiles =
        AllowedWorkReader.plainPaths(
            root, "env-files", "/etc/pullcord/env/ is a directory, /etc/grep.env a file");
    Optional<Boolean> drift = value(root, "drift", ConfigReader::enforces);
    Optional<Boolean> noop = root.flag("noop");
    AllowedWork allowed = AllowedWorkReader.read(root, preset.policy().allowed());
    WorkerUsers users = root.section("users").map(UsersSection::read).orElse(WorkerUsers.NONE);
    Map<String, String> labels = root.section("labels").map(ConfigReader::labels).orElse(Map.of());
    Metrics metrics = root.section("metrics").map(ConfigReader::metrics).orElse(preset.metrics());
    root.finish();
    LocalPolicy standard = preset.policy();
    return new AgentConfig(
        state == null ? inFile.orElse(preset.state()) : state,
        node.orElse(preset.node()),
        git.orElse(null),
        notify.orElse(null),
        poll.orElse(preset.poll()),
        new LocalPolicy(
            keepFor.orElse(standard.keepFor()),
            new EnvFilePolicy(envFiles),
            drift.orElse(standard.enforceDrift()),
            noop.orElse(standard.noop()),
            allowed,
            users),
        labels,
        metrics);
  }

  private static Metrics metrics(Section section) {
    Optional<InetSocketAddress> listen = value(section, "listen", ConfigReader::loopback);
    Optional<Path> textfile =
        value(section, "textfile", Path::of).filter(path -> absolute(section, "textfile", path));
    section.finish();
    return new Metrics(listen.orElse(null), textfile.orElse(null));
  }

  /** Whoever can reach the port reads the node's status: it is for this host alone. */
  private static InetSocketAddress loopback(String text) {
    Matcher matcher = LOOPBACK.matcher(text);
    int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          Quoted.of(text) + " is no loopback address with a port: 127.0.0.1:9421 is expected");
    }
    return new InetSocketAddress(matcher.group(1).replace("[", "").replace("]", ""), port);
  }

  private static Map<String, String> labels(Section section) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (YamlNode.Entry entry : section.entries()) {
      Optional<String> value = section.values().text(entry.value());
      if (!Labels.isName(entry.key())) {
        section
            .problems()
            .add(
                "VALUE",
                entry.position(),
                entry.path(),
                Quoted.of(entry.key()) + " is not a label's name: " + Labels.NAME_EXPECTED);
      } else if (value.isPresent() && !Labels.isValue(value.get())) {
        section
            .problems()
            .add(
                "VALUE",
                entry.value(),
                Quoted.of(value.get()) + " is not a label's value: " + Labels.VALUE_EXPECTED);
      }
      value.ifPresent(text -> labels.put(entry.key(), text));
    }
    return labels;
  }

  private static boolean enforces(String drift) {
    return switch (drift) {
      case "enforce" -> true;
      case "report" -> false;
      default ->
          throw new IllegalArgumentException(Quoted.of(drift) + " is neither enforce nor report");
    };
  }

  private static boolean absolute(Section section, String key, Path path) {
    if (!path.isAbsolute()) {
      section
          .node(key)
          .ifPresent(n -> section.problems().add("VALUE", n, n.shown() + " is not absolute"));
    }
    return path.isAbsolute();
  }

  static <T> Optional<T> value(Section section, String key, Function<String, T> reading) {
    return section
        .text(key)
        .flatMap(text -> {
          try {
            return Optional.of(reading.apply(text));
          } catch (IllegalArgumentException e) {
            section
                .node(key)
                .ifPresent(n -> section.problems().add("VALUE", n, String.valueOf(e.getMessage())));
            return Optional.empty();
          }
        });
  }

  private static AgentConfig defaults(@Nullable Path state, String hostName) {
    return new AgentConfig(
        state == null ? AgentConfig.DEFAULT_STATE : state,
        HostNames.nodeName(hostName),
        null,
        null,
        Duration.ofSeconds(60),
        new LocalPolicy(
            Duration.ofHours(48),
            EnvFilePolicy.NOTHING,
            true,
            false,
            AllowedWork.usual(DaemonUnits.systemdRunsThisHost()),
            WorkerUsers.NONE),
        Map.of(),
        Metrics.NONE);
  }

  private static String why(IOException e, Path file) {
    return switch (e) {
      case java.nio.file.NoSuchFileException _ -> "no such file";
      case java.nio.file.AccessDeniedException _ -> "permission denied";
      default -> FileFault.of(e, file).replace(file + ": ", "");
    };
  }
}
