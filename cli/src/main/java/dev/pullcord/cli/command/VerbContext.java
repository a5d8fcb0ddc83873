package dev.pullcord.cli.command;

import dev.pullcord.cli.config.Access;
import dev.pullcord.cli.config.LoginStore;
import dev.pullcord.cli.host.Host;
import dev.pullcord.cli.output.Console;
import dev.pullcord.client.ServerClient;
import dev.pullcord.client.ServerCredentials;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a verb has before it: the host, the console, the login, and the server, which is connected
 * to when it is first asked for.
 */
public final class VerbContext {
  private final Host host;
  private final Console console;
  private final LoginStore logins;
  private OutputFormat format = OutputFormat.text;
  private @Nullable ServerClient server;

  /** A desk in a host. */
  public VerbContext(Host host) {
    this.host = host;
    console = new Console(host);
    logins = new LoginStore(host.environment());
  }

  /** Sets how to print. */
  public void format(OutputFormat chosen) {
    format = chosen;
  }

  /** Whether one JSON document is wanted instead of text. */
  public boolean json() {
    return format == OutputFormat.json;
  }

  /** The machine. */
  public Host host() {
    return host;
  }

  /** Where to print. */
  public Console console() {
    return console;
  }

  /** Where the login is kept. */
  public LoginStore logins() {
    return logins;
  }

  /** The present moment. */
  public Instant now() {
    return host.clock().now();
  }

  /** Which server is spoken to. */
  public ServerCredentials access() {
    return new Access(host.environment(), logins).resolve();
  }

  /** The server. */
  public ServerClient server() {
    ServerClient known = server;
    if (known == null) {
      known = new ServerClient(access(), host.clock()::nanoTime);
      server = known;
    }
    return known;
  }

  /** How to print. */
  public enum OutputFormat {
    /** For people. */
    text,
    /** For programs: the records of the API. */
    json
  }
}
