package dev.pullcord.cli.command.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.error.ExitCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What makes a host a node, for a shell and for cloud-init. Both install the agent and join with
 * the token, which names the key of the one server that the agent then speaks to.
 *
 * @param invitation what the server made
 * @param source where the host gets the package
 * @param whom for how many nodes, and until when: for a comment
 */
record NewHost(Invitation invitation, PackageSource source, String whom) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9 ._:/\\[\\]-]+");

  /** In memory: what is on the disk of a machine may end up in an image of it. */
  private static final String TOKEN_FILE = "/run/pullcord-join-token";

  /** Everything in one line. Environments are not for other users to read, arguments are. */
  String line() {
    List<String> all = new ArrayList<>(source.commands());
    all.add("PULLCORD_JOIN_TOKEN=" + invitation.token() + " " + invitation.command());
    return String.join(" && ", all);
  }

  /** Whose key the node will trust; nothing to say of a token of a later server's kind. */
  Optional<String> pin() {
    try {
      String pin = JoinToken.parse(invitation.token()).serverPin();
      return Optional.of("the token names the server's key " + pin);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The user data of a machine that is made. The token is in it once, in a file of root's. */
  List<String> cloudConfig() {
    if (!PLAIN.matcher(invitation.command()).matches()) {
      throw new Failure(
          ExitCode.FAILED,
          "the server's command for the node cannot stand in a script: "
              + invitation.command()
              + "; name the server by a plain name or address: advertise in its server.yaml");
    }
    List<String> lines = new ArrayList<>();
    lines.add("#cloud-config");
    lines.add("# Makes the machine a Pullcord node: " + whom);
    pin().ifPresent(named -> lines.add("# T" + named.substring(1)));
    lines.add("write_files:");
    lines.add("  - path: " + TOKEN_FILE);
    lines.add("    owner: root:root");
    lines.add("    permissions: '0600'");
    lines.add("    content: " + invitation.token());
    lines.add("runcmd:");
    lines.add("  - |");
    lines.add("    set -eu");
    lines.add("    trap 'rm -f " + TOKEN_FILE + "' EXIT");
    source.commands().forEach(command -> lines.add("    " + command));
    lines.add("    " + invitation.command() + " --token-file " + TOKEN_FILE);
    return List.copyOf(lines);
  }

  /** For programs. */
  Document document(boolean cloudInit) {
    return new Document(
        invitation.token(),
        invitation.expiresAt(),
        invitation.command(),
        line(),
        cloudInit ? String.join("\n", cloudConfig()) + "\n" : null,
        invitation.note());
  }

  /**
   * The invitation as JSON.
   *
   * @param token {@code pcj1_…}
   * @param expiresAt when it stops working
   * @param command joins, and asks for the token
   * @param line installs and joins
   * @param cloudInit the user data; left out where it was not asked for
   * @param note what to look at; left out where there is nothing
   */
  record Document(
      String token,
      Instant expiresAt,
      String command,
      String line,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String cloudInit,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String note) {}
}
