package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.config.Login;
import dev.pullcord.client.ServerCredentials;
import dev.pullcord.client.ServerUrl;
import dev.pullcord.protocol.error.ExitCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code pullcord git-credential get|store|erase}: what git runs to ask for the token. It answers
 * for the server that we are signed in to and is silent for every other. {@code store} and {@code
 * erase} change nothing: only {@code login} does.
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
  protected ExitCode run() {
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
    return ExitCode.DONE;
  }

  /** The environment's server may be another one than the one that git was set up for. */
  private Optional<String> token(Map<String, String> asked) {
    Optional<Login> stored = context.logins().read();
    if (!context.host().environment().getOrDefault("PULLCORD_URL", "").isBlank()
        || stored.isPresent()) {
      ServerCredentials access = context.access();
      if (same(access.address(), asked)) {
        return Optional.of(access.token());
      }
    }
    return stored.filter(l -> same(new ServerUrl(l.url()), asked)).map(Login::token);
  }

  private static boolean same(ServerUrl address, Map<String, String> asked) {
    String url = address.url();
    String scheme = url.substring(0, url.indexOf("://"));
    String authority = url.substring(scheme.length() + 3).replaceFirst("/.*", "");
    return scheme.equals(asked.get("protocol"))
        && authority.equalsIgnoreCase(asked.getOrDefault("host", ""));
  }
}
