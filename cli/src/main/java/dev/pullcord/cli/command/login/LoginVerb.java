package dev.pullcord.cli.command.login;

import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.cli.command.Questions;
import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.config.Access;
import dev.pullcord.cli.config.Login;
import dev.pullcord.cli.config.LoginKeys;
import dev.pullcord.cli.config.LoginServers;
import dev.pullcord.cli.config.Logins;
import dev.pullcord.cli.host.Terminal;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.ConnectionFailure;
import dev.pullcord.client.PresentedCertificate;
import dev.pullcord.client.ServerClient;
import dev.pullcord.client.ServerCredentials;
import dev.pullcord.client.ServerReply;
import dev.pullcord.client.ServerUrl;
import dev.pullcord.client.tls.Fingerprint;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.ServersView;
import dev.pullcord.protocol.error.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code pullcord login URL}. In this order, so that a failure leaves things as they were: look at
 * the server's key and let somebody agree to it; only then take the token and try it; only then
 * store both; git last.
 */
@Command(
    name = "login",
    description =
        "Sign in, once for this user. Reads the token from the terminal or standard input.")
public final class LoginVerb extends Verb {
  @Parameters(
      index = "0",
      paramLabel = "URL",
      description = "The server's port for people: https://HOST:8420")
  String url = "";

  @Option(
      names = "--fingerprint",
      paramLabel = "HEX",
      description =
          "The fingerprint of the server's key, from pullcord-server init. Needed without a"
              + " terminal, if this system does not trust the certificate.")
  @Nullable String fingerprint;

  /** The verb. */
  public LoginVerb(VerbContext context) {
    super(context);
  }

  /** The token that it tries was typed. */
  @Override
  protected boolean usesEnvironment() {
    return false;
  }

  @Override
  protected View run() throws InterruptedException {
    ServerUrl address = Access.address(url);
    context.logins().read().nameFor(address, context.login()); // refused before anything is asked
    Trust trust = address.encrypted() ? agree(address) : new Trust(null, null);
    String token = token();
    ServerCredentials access = new ServerCredentials(address, token, trust.key());
    List<PinnedTrust.Learned> keys = new ArrayList<>();
    ServerClient server =
        new ServerClient(
            access,
            context.host().clock()::nanoTime,
            new ServerClient.Listener() {
              @Override
              public void learned(ServerUrl at, PinnedTrust.Learned learned) {
                keys.add(learned); // to be kept in the login, once there is one
              }
            });
    Requests.Whoami whoami = Replies.need(server.whoami());
    Logins all =
        context
            .logins()
            .change(
                now -> // another login may have taken the name meanwhile
                now.with(now.nameFor(address, context.login()), stored(address, token, trust)));
    String name = Objects.requireNonNull(all.current());
    LoginKeys kept = new LoginKeys(context.logins());
    keys.forEach(learned -> kept.keep(address, learned).ifPresent(context.console()::error));
    if (server.servers() instanceof ServerReply.Got<ServersView>(ServersView servers)) {
      new LoginServers(context.logins()).keep(address, servers).ifPresent(context.console()::error);
    }
    String certificate = all.need(name).certificate();
    Optional<String> trouble =
        new GitSetup(context.host().programs())
            .apply(address, certificate == null ? null : Path.of(certificate));
    context.show(View.of(whoami, () -> lines(address, whoami, name, all)));
    trouble.ifPresent(line ->
        context
            .console()
            .error(
                "signed in, but git is not set up to push there: "
                    + line
                    + "; then sign in again"));
    return View.nothing(trouble.isPresent() ? ExitCode.FAILED : ExitCode.DONE);
  }

  private Login stored(ServerUrl address, String token, Trust trust) {
    Path certificate =
        trust.pem() == null ? null : context.logins().writeCertificate(address, trust.pem());
    return new Login(
        address.url(),
        token,
        trust.key() == null ? null : trust.key().hex(),
        certificate == null ? null : certificate.toString());
  }

  private static List<StyledLine> lines(
      ServerUrl address, Requests.Whoami whoami, String name, Logins all) {
    List<StyledLine> lines = new ArrayList<>();
    lines.add(
        StyledLine.of(
            "signed in to %s as %s (%s), server %s"
                .formatted(address, whoami.owner(), whoami.role(), whoami.serverVersion())));
    if (all.contexts().size() > 1) {
      lines.add(
          StyledLine.of("context " + name + " is used from now on; pullcord contexts shows all"));
    }
    lines.add(StyledLine.of("git can push there now; pullcord clone gets the repository"));
    return lines;
  }

  private Trust agree(ServerUrl address) {
    PresentedCertificate presented;
    try {
      presented = PresentedCertificate.of(address);
    } catch (IOException e) {
      throw new Failure(ExitCode.UNREACHABLE, ConnectionFailure.of(address, e), e);
    }
    Fingerprint shown = presented.fingerprint();
    Fingerprint expected = Access.key(address, expected());
    if (expected != null && !presented.isVouchedFor(expected)) {
      throw new Failure(
          ExitCode.UNREACHABLE,
          "%s shows another key: expected %s, shown %s; nothing was sent to it"
              .formatted(address, expected, shown));
    }
    if (expected == null) {
      if (presented.trustedBySystem()) {
        return new Trust(null, null);
      }
      ask(address, shown);
    }
    return new Trust(shown, presented.pem());
  }

  private @Nullable String expected() {
    String variable = context.host().environment().getOrDefault("PULLCORD_FINGERPRINT", "");
    return fingerprint != null ? fingerprint : variable.isBlank() ? null : variable;
  }

  private void ask(ServerUrl address, Fingerprint shown) {
    if (!context.host().terminal().inputIsTerminal()) {
      throw Failure.usage(
          ("this system does not trust the certificate of %s: compare its fingerprint %s with the"
                  + " one that the server printed, then give --fingerprint")
              .formatted(address, shown));
    }
    context.console().error("the key of " + address + " has the SHA-256 fingerprint");
    context.console().error("  " + shown);
    context.console().error("pullcord-server init printed it when the server was made.");
    if (!Questions.confirm(context, "is it the same?", "--fingerprint")) {
      throw new Failure(ExitCode.FAILED, "not signed in; nothing was sent to " + address);
    }
  }

  private String token() {
    String token =
        context.host().terminal().inputIsTerminal()
            ? typed(context.host().terminal())
            : Stdin.firstLine(context.host().in());
    if (token == null || token.isBlank()) {
      throw Failure.usage("no token: it is asked for on a terminal, or read from standard input");
    }
    Access.checkToken(token.strip());
    return token.strip();
  }

  private static @Nullable String typed(Terminal terminal) {
    try {
      return terminal.readSecret("token: ");
    } catch (IOException e) {
      throw new Failure(
          ExitCode.FAILED,
          "the token was not asked for, because it would show: "
              + e.getMessage()
              + "; give it on standard input: pullcord login URL < FILE",
          e);
    }
  }

  /**
   * Why the server is believed.
   *
   * @param key the key that was agreed to; null where the system or the loopback vouches
   * @param pem its certificates, for git
   */
  private record Trust(@Nullable Fingerprint key, @Nullable String pem) {}
}
