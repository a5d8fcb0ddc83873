package dev.pullcord.cli.command.login;

import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.config.Login;
import dev.pullcord.cli.config.Logins;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerCredentials;
import dev.pullcord.client.ServerUrl;
import dev.pullcord.protocol.error.ExitCode;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code pullcord git-credential get|store|erase}: what git runs to ask for the token. It answers
 * for the servers that we are signed in to and is silent for every other. {@code store} and {@code
 * erase} change nothing: only {@code login} and {@code logout} do.
 */
@Command(
    name = "git-credential",
    hidden = true,
    description = "Answers git's question for a token.")
public final class GitCredentialVerb extends Verb {
  @Parameters(index = "0", paramLabel = "OPERATION", description = "get, store or erase")
  String operation = "";

  /** The verb. */
  public GitCredentialVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    Map<String, String> asked = new HashMap<>();
    for (String line : Stdin.lines(context.host().in())) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        asked.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    if (operation.equals("get")) {
      token(asked)
          .ifPresent(
              token -> context.console().verbatim("username=pullcord\npassword=" + token + "\n"));
    }
    return View.nothing(ExitCode.DONE);
  }

  /** The environment's server may be another one than those that git was set up for. */
  private Optional<String> token(Map<String, String> asked) {
    Logins stored = context.logins().read();
    String trouble = "";
    if (!context.host().environment().getOrDefault("PULLCORD_URL", "").isBlank()
        || stored.inUse().isPresent()) {
      try {
        ServerCredentials access = context.access();
        if (same(access.address(), asked)) {
          return Optional.of(access.token());
        }
      } catch (Failure e) {
        trouble = e.line(); // a URL without a token, for instance; logins do without it
      }
    }
    Optional<String> token =
        stored.currentFirst().stream()
            .filter(login -> login.address().filter(at -> same(at, asked)).isPresent())
            .map(Login::token)
            .findFirst();
    if (token.isEmpty() && !trouble.isEmpty()) {
      context.console().error(trouble);
    }
    return token;
  }

  /** A path is asked for only where several servers share a host, behind a proxy. */
  private static boolean same(ServerUrl address, Map<String, String> asked) {
    URI uri = URI.create(address.url());
    String path = uri.getRawPath().isEmpty() ? "" : uri.getRawPath().substring(1) + "/";
    return uri.getScheme().equals(asked.get("protocol"))
        && uri.getRawAuthority().equalsIgnoreCase(asked.getOrDefault("host", ""))
        && asked.getOrDefault("path", path).startsWith(path);
  }
}
