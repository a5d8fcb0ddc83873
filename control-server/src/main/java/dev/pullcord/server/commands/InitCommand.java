package dev.pullcord.server.commands;

import dev.pullcord.base.disk.Ownership;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.server.config.Advertised;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.host.OsUser;
import dev.pullcord.server.host.StateAccess;
import dev.pullcord.server.security.tls.CertificateNames;
import dev.pullcord.server.security.tls.TlsKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a server; by root without a directory of its own, as the service of this host. */
@Command(
    name = "init",
    description = {
      "Make a server's state directory, and print the first admin token, once.",
      "",
      "Run by root without --state, it makes the server of this host: in /var/lib/pullcord-server,"
          + " owned by the user pullcord-server. It enables and starts the server's unit, and ends"
          + " when the server answers. If you run it again, it does what is left to do, and says"
          + " what is there already."
    },
    mixinStandardHelpOptions = true)
public final class InitCommand implements Callable<Integer> {
  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "The state directory; default: /var/lib/pullcord-server.")
  private @Nullable Path state;

  @Option(
      names = "--repository",
      paramLabel = "NAME",
      description = "The repository's name; default: ${DEFAULT-VALUE}.")
  private String repository = "fleet";

  @Option(
      names = "--host",
      arity = "1..*",
      paramLabel = "NAME",
      description =
          "Names or addresses by which others reach this host. All of them are in the certificates;"
              + " join commands show the first.")
  private List<String> hosts = List.of();

  @Option(names = "--no-start", description = "Do not enable or start the unit.")
  private boolean noStart;

  @Option(
      names = "-o",
      paramLabel = "FORMAT",
      description = "text, or json: {\"adminToken\", \"fingerprint\"}.")
  private OutputFormat output = OutputFormat.TEXT;

  @Spec private CommandSpec spec = CommandSpec.create();

  private final ServerService service;
  private final boolean root;

  /** On this host, as whoever runs it. */
  public InitCommand() {
    this(ServerService.ofThisHost(), OsUser.isRoot());
  }

  InitCommand(ServerService service, boolean root) {
    this.service = service;
    this.root = root;
  }

  @Override
  public Integer call() throws IOException {
    CertificateNames.check(hosts);
    if (root && state == null) {
      return makeService();
    }
    Path directory = state == null ? service.state() : state.toAbsolutePath().normalize();
    StateAccess.check(directory);
    ServerMaker maker = new ServerMaker(directory, repository, hosts);
    Optional<String> token = maker.make();
    if (token.isEmpty()) {
      throw new IllegalArgumentException(
          "ALREADY_INITIALISED  "
              + directory
              + " holds a server already, whose token was shown when it was made; to make another"
              + " server, name another --state. When its admin token is lost: pullcord-server"
              + " admin-token");
    }
    print(
        token.get(),
        maker.fingerprint(),
        List.of("start it with: pullcord-server run --state " + directory));
    return ExitCode.DONE.code();
  }

  private int makeService() throws IOException {
    Path directory = service.state();
    Ownership owner = service.rightfulOwner();
    StateAccess.checkAsAdministrator(directory);
    ServerMaker maker = new ServerMaker(directory, repository, hosts);
    Optional<String> token = maker.make();
    owner.apply(directory);
    // The token is shown before the start: a start that fails must not take it away.
    String host = host(directory);
    print(token.orElse(null), maker.fingerprint(), next(directory, host, maker.fingerprint()));
    if (!noStart) {
      service.start();
    }
    if (output == OutputFormat.TEXT) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(service.text());
      out.flush();
    }
    return ExitCode.DONE.code();
  }

  private static String host(Path directory) throws IOException {
    ServerConfig config = ServerConfig.load(null).in(directory);
    return Advertised.host(config, TlsKeys.load(config.tls(), "agents"));
  }

  private static List<String> next(Path directory, String host, String fingerprint)
      throws IOException {
    int port = ServerConfig.load(null).listen().port();
    return List.of(
        "state: " + directory,
        "next, where you work, and then a command for each worker's host:",
        "  pullcord login https://" + host + ":" + port + " --fingerprint " + fingerprint,
        "  pullcord invite");
  }

  private void print(@Nullable String token, String fingerprint, List<String> more) {
    PrintWriter out = spec.commandLine().getOut();
    if (output == OutputFormat.JSON) {
      Map<String, @Nullable String> shown = new LinkedHashMap<>();
      shown.put("adminToken", token);
      shown.put("fingerprint", fingerprint);
      out.println(PullcordJson.write(shown));
    } else {
      out.println(
          token == null
              ? "a server is here already; its admin token was shown when it was made, and a new"
                  + " one is made by: pullcord-server admin-token"
              : "admin token (shown only now): " + token);
      out.println("fingerprint of the server's key: " + fingerprint);
      more.forEach(out::println);
    }
    out.flush();
  }
}
