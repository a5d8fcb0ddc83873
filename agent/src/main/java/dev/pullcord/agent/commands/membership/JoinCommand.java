package dev.pullcord.agent.commands.membership;

import dev.pullcord.agent.commands.Exit;
import dev.pullcord.agent.config.AgentConfig;
import dev.pullcord.agent.config.HostNames;
import dev.pullcord.agent.control.ControlClient;
import dev.pullcord.agent.enroll.AgentService;
import dev.pullcord.agent.enroll.Join;
import dev.pullcord.agent.enroll.JoinResult;
import dev.pullcord.agent.enroll.Membership;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.state.StateDirectoryException;
import dev.pullcord.base.disk.Ownership;
import dev.pullcord.base.host.DaemonUnits;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes this node known to a server. */
@Command(
    name = "join",
    description = {
      "Make this node known to a server.",
      "The token comes from --token-file, PULLCORD_JOIN_TOKEN, the terminal or standard input.",
      "Run by root on a host with the agent's units, it also starts the agent, now and at each"
          + " boot, and ends when the node is connected."
    },
    mixinStandardHelpOptions = true)
public final class JoinCommand implements Callable<Integer> {
  @Parameters(paramLabel = "URL", description = "The server's port for agents: https://HOST:8421")
  private String url = "";

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The node's name; default: the host name's first label.")
  private @Nullable String name;

  @Option(
      names = "--ref",
      paramLabel = "REF",
      description = "The branch to follow; default: what the token says.")
  private @Nullable String ref;

  @Option(
      names = "--anew",
      description =
          "Join as a new node, with a new key, even if this host is a node already:"
              + " for a copy of another host, or for a new server.")
  private boolean anew;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "The state directory; default: /var/lib/pullcord.")
  private Path state = AgentConfig.DEFAULT_STATE;

  @Option(names = "--token-file", paramLabel = "FILE", description = "A file with the token.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--user",
      paramLabel = "USER",
      description =
          "Who owns the state directory, when root joins for a service user;"
              + " default: who owns it now.")
  private @Nullable String user;

  @Option(names = "--no-start", description = "Join, and do not start the agent's units.")
  private boolean noStart;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    Path absolute = state.toAbsolutePath().normalize();
    if (user != null && !Service.isRoot() && !user.equals(System.getProperty("user.name"))) {
      throw new Exit.Refused(
          ExitCode.USAGE, "only root can join for " + user + ": use sudo, or leave --user out");
    }
    String token = token();
    Ownership owner = Ownership.of(absolute, user, Service.isUsual(absolute) ? Service.USER : null);
    return switch (joined(absolute, token, owner)) {
      case JoinResult.Joined(Membership joined, boolean already) -> {
        say(
            "node %s %s: %s, repository %s, ref %s"
                .formatted(
                    joined.node(),
                    already ? "has joined already" : "has joined",
                    joined.serverUrl(),
                    joined.repository(),
                    joined.ref()));
        yield start(absolute, joined.node());
      }
      case JoinResult.NotJoined(ExitCode exit, String reason) ->
          throw new Exit.Refused(exit, reason);
    };
  }

  private JoinResult joined(Path absolute, String token, Ownership owner) throws IOException {
    List<Path> missing = StateDirectory.missing(absolute);
    Path real = Files.isDirectory(absolute) ? absolute.toRealPath() : absolute;
    StateDirectory directory;
    try {
      directory = StateDirectory.openForItsOwner(absolute);
    } catch (StateDirectoryException e) {
      if (e.code().equals("ALREADY_RUNNING")) {
        return joinedBeside(absolute, token, owner, e);
      }
      giveMade(owner, real, missing, e);
      throw e;
    }
    try (directory) {
      return join(directory.root(), token);
    } finally {
      owner.apply(directory.root());
    }
  }

  /** Only what it has begun to make: the rest is as it was refused, and somebody else's. */
  private static void giveMade(
      Ownership owner, Path directory, List<Path> missing, StateDirectoryException refused) {
    try {
      owner.applyToMade(directory, missing);
    } catch (IOException e) {
      refused.addSuppressed(e);
    }
  }

  /**
   * A member's agent runs and the server may have forgotten it: its key and lock stay its own, and
   * it notices by itself that the server knows it again. Only what join wrote itself is given away:
   * the agent's commands may be writing there as another user, who has to keep what is his.
   */
  private JoinResult joinedBeside(
      Path absolute, String token, Ownership owner, StateDirectoryException held)
      throws IOException {
    // Where no agent answers, it is another join that has the directory, and has to end first.
    boolean goesOn = Join.isUnderWay(absolute) && ControlClient.isAnswered(absolute);
    if (!goesOn && Membership.read(absolute).isEmpty()) {
      throw held;
    }
    try {
      return join(absolute, token);
    } finally {
      for (Path file : Join.files(absolute)) {
        owner.applyToFile(file);
      }
    }
  }

  private int start(Path absolute, NodeName node) throws IOException {
    DaemonUnits units = DaemonUnits.ofThisHost(AgentService.UNITS);
    if (noStart || !Service.isThisHosts(absolute, units)) {
      if (!noStart && Service.isUsual(absolute) && Service.isRoot()) {
        String owner = Files.getOwner(absolute).getName();
        say("no units are installed here; start it with: " + Service.byHand(owner));
      }
      return ExitCode.DONE.code();
    }
    Optional<String> whyNot = Service.of(absolute, units).start(node);
    if (whyNot.isPresent()) {
      throw new Exit.Refused(
          ExitCode.TIMEOUT, "the node has joined, and its agent is not connected: " + whyNot.get());
    }
    say("the agent runs, is connected, and is started at each boot; see pullcord-agent status");
    return ExitCode.DONE.code();
  }

  private JoinResult join(Path directory, String token) {
    String wanted = name == null ? HostNames.nodeName(HostNames.ofThisHost()).value() : name;
    return new Join(directory, HostClock.system())
        .run(new Join.Request(url, token, wanted, ref, anew));
  }

  private String token() throws IOException {
    Path file = tokenFile;
    if (file != null) {
      return TokenFile.read(file, spec.commandLine().getErr());
    }
    String variable = System.getenv("PULLCORD_JOIN_TOKEN");
    if (variable != null) {
      return variable;
    }
    if (System.console() != null && System.console().isTerminal()) {
      char[] typed = System.console().readPassword("join token: ");
      return typed == null ? "" : new String(typed);
    }
    return TokenFile.bounded(System.in.readNBytes(TokenFile.enough()));
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }
}
