package dev.pullcord.cli.command;

import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.cli.config.Access;
import dev.pullcord.cli.config.LoginKeys;
import dev.pullcord.cli.config.LoginServers;
import dev.pullcord.cli.config.LoginStore;
import dev.pullcord.cli.host.Host;
import dev.pullcord.cli.output.Console;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.ServerClient;
import dev.pullcord.client.ServerCredentials;
import dev.pullcord.client.ServerReply;
import dev.pullcord.client.ServerUrl;
import dev.pullcord.protocol.api.ServersView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a verb has before it: the host, the console, the login, and the server, which is connected
 * to when it is first asked for.
 */
public final class VerbContext {
  /** What an answer takes on its way is no difference of clocks. */
  private static final Duration CLOCK_NOISE = Duration.ofSeconds(5);

  private final Host host;
  private final Console console;
  private final LoginStore logins;
  private OutputFormat format = OutputFormat.text;
  private @Nullable String login;
  private @Nullable ServerClient server;
  private volatile Duration serverAhead = Duration.ZERO;

  /** The context of a verb that runs in this host. */
  public VerbContext(Host host) {
    this.host = host;
    console = new Console(host, this::now);
    logins = new LoginStore(host.environment());
  }

  /** Sets how to print. */
  public void format(OutputFormat chosen) {
    format = chosen;
  }

  /** Sets under which name the login was stored that is to be used. */
  public void login(String name) {
    login = name;
  }

  /** The name of a login that was given on the command line; null for the current one. */
  public @Nullable String login() {
    return login;
  }

  /** Prints a view, as text or as one JSON document. */
  public void show(View view) {
    if (format == OutputFormat.text) {
      console.lines(view.text().get());
      return;
    }
    Object document = view.document().get();
    if (document != null) {
      console.json(document);
    }
  }

  /** Tells people what happens meanwhile; programs get the document at the end. */
  public void tell(StyledLine line) {
    show(View.forPeople(List.of(line)));
  }

  /** As {@link #tell(StyledLine)}, in plain text. */
  public void tell(String line) {
    tell(StyledLine.of(line));
  }

  /** Whether a picture can be drawn again and again: on a terminal, and not as JSON. */
  public boolean drawable() {
    return console.drawable() && format == OutputFormat.text;
  }

  /** The machine. */
  public Host host() {
    return host;
  }

  /** Where to print. */
  public Console console() {
    return console;
  }

  /** Where the logins are kept. */
  public LoginStore logins() {
    return logins;
  }

  /** The present moment, by the server's clock once it has answered: its times are by that. */
  public Instant now() {
    return host.clock().now().plus(serverAhead);
  }

  /** Which server is spoken to. */
  public ServerCredentials access() {
    return new Access(host.environment(), logins).resolve(login);
  }

  /** The server. */
  public ServerClient server() {
    ServerClient known = server;
    if (known == null) {
      ServerCredentials access = access();
      known = new ServerClient(access, host.clock()::nanoTime, new Connection(access.address()));
      server = known;
    }
    return known;
  }

  /** Keeps what is learned of the servers of a login, and says at which one the verb is. */
  private final class Connection implements ServerClient.Listener {
    private final ServerUrl login;
    private final LoginServers servers = new LoginServers(logins);

    Connection(ServerUrl login) {
      this.login = login;
    }

    @Override
    public void learned(ServerUrl server, PinnedTrust.Learned learned) {
      (server.equals(login)
              ? new LoginKeys(logins).keep(login, learned)
              : servers.vouched(login, learned))
          .ifPresent(console::error);
    }

    @Override
    public void heard(Instant serverTime) {
      Duration apart = Duration.between(host.clock().now(), serverTime);
      serverAhead = Math.abs(apart.toMillis()) > CLOCK_NOISE.toMillis() ? apart : Duration.ZERO;
    }

    @Override
    public void moved(ServerUrl server) {
      console.error(
          server.equals(login)
              ? "back at " + server
              : "at " + server + " now: " + login + " is away, or waits for its turn");
      if (server().servers() instanceof ServerReply.Got<ServersView>(ServersView all)) {
        servers.keep(login, all).ifPresent(console::error);
      }
    }
  }

  /** How to print. */
  public enum OutputFormat {
    /** For people. */
    text,
    /** For programs: the records of the API. */
    json
  }
}
