package dev.pullcord.server.commands;

import dev.pullcord.base.disk.DirectoryLock;
import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.host.ServerClock;
import dev.pullcord.server.host.StateAccess;
import dev.pullcord.server.host.StateFiles;
import dev.pullcord.server.host.StoreFile;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.tls.CertificateNames;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.SqliteStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Makes a server's state directory. The admin token comes last: a directory with one is complete,
 * and one whose making was cut short can be made again.
 */
@Command(
    name = "init",
    description = "Make the state directory, and print the first admin token, once.",
    mixinStandardHelpOptions = true)
public final class InitCommand implements Callable<Integer> {
  @Option(names = "--state", paramLabel = "DIR", description = "The state directory.")
  private Path state = ServerConfig.DEFAULT.state();

  @Option(
      names = "--repository",
      paramLabel = "NAME",
      description = "The repository's name (default: ${DEFAULT-VALUE}).")
  private String repository = "fleet";

  @Option(
      names = "--host",
      arity = "1..*",
      paramLabel = "NAME",
      description = "Further names or addresses of this host, for the certificates.")
  private List<String> hosts = List.of();

  @Option(names = "-o", paramLabel = "FORMAT", description = "text or json.")
  private OutputFormat output = OutputFormat.TEXT;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    CertificateNames.check(hosts);
    StateAccess.check(state);
    StateFiles.directory(state);
    try (DirectoryLock _ = StateFiles.lock(state)) {
      ServerConfig config = ServerConfig.DEFAULT.in(state);
      StoreFile.exists(state);
      StateFiles.directory(config.tls());
      StateFiles.directory(config.repositories());
      try (Store store = SqliteStore.open(StoreFile.of(state))) {
        if (!store.read(tables -> tables.apiTokens().all()).isEmpty()) {
          throw new IllegalArgumentException(
              "ALREADY_INITIALISED  "
                  + state
                  + " holds a server already, whose token was shown when it was made; to make"
                  + " another server, name another --state");
        }
        make(config, store);
      }
    }
    return ExitCode.DONE.code();
  }

  private void make(ServerConfig config, Store store) throws IOException {
    RepositoryStore.create(config.repositories(), repository).close();
    List<String> names = CertificateNames.all(hosts);
    TlsKeys.create(config.tls(), "agents", names, ServerClock.now());
    CertifiedKey people = TlsKeys.create(config.tls(), "people", names, ServerClock.now());
    Principal admin = new Principal("admin", Principal.Role.ADMIN);
    String token = new ApiTokens(store, ServerClock.system()).create(admin, "init");
    PrintWriter out = spec.commandLine().getOut();
    if (output == OutputFormat.JSON) {
      Map<String, String> shown = new LinkedHashMap<>();
      shown.put("adminToken", token);
      shown.put("fingerprint", people.pin());
      out.println(PullcordJson.write(shown));
    } else {
      out.println("admin token (shown only now): " + token);
      out.println("fingerprint of the server's key: " + people.pin());
      out.println("start it with: pullcord-server run --state " + config.state());
    }
    out.flush();
  }
}
