package dev.pullcord.cli.command.access;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.Lifetime;
import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.Style;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.client.AccessCalls;
import dev.pullcord.protocol.api.Invitation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pullcord invite}: a join token, shown once, in what makes a host a node. */
@Command(
    name = "invite",
    description =
        "Make a join token for new nodes, and print what to run on them. It is shown once.")
public final class InviteVerb extends Verb {
  @Option(
      names = "--name-pattern",
      paramLabel = "GLOB",
      description = "Which node names may join: grep-*; default: any.")
  @Nullable String namePattern;

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "A label that the nodes get; may be repeated.")
  Map<String, String> labels = new LinkedHashMap<>();

  @Option(
      names = "--ref",
      paramLabel = "REF",
      description = "A branch that they may follow; may be repeated. The first is the default.")
  List<String> refs = new ArrayList<>();

  @Option(
      names = "--uses",
      paramLabel = "N",
      description = "How many nodes may join, 1 to 1000; default: 1.")
  @Nullable Integer uses;

  @Mixin Lifetime lifetime = new Lifetime();

  @Option(
      names = "--package",
      paramLabel = "WHERE",
      description =
          "Where the new host gets the agent: an https:// address, a path on that host, or a"
              + " package's name.")
  @Nullable String where;

  @Option(
      names = "--sha256",
      paramLabel = "HASH",
      description = "The SHA-256 that the package at that address must have, from SHA256SUMS.")
  @Nullable String sha256;

  @Option(
      names = "--cloud-init",
      description =
          "Print user data for cloud-init, with which a machine installs the agent and joins.")
  boolean cloudInit;

  /** The verb. */
  public InviteVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    if (uses != null && (uses < 1 || uses > 1000)) {
      throw Failure.usage("--uses " + uses + ": 1 to 1000 expected");
    }
    PackageSource source = source();
    Invitation.Request asked =
        new Invitation.Request(
            namePattern,
            labels.isEmpty() ? null : labels,
            refs.isEmpty() ? null : refs,
            uses,
            lifetime.checked());
    Invitation invitation = Replies.need(new AccessCalls(context.server()).invite(asked));
    if (invitation.note() != null) {
      context.console().error(invitation.note());
    }
    String nodes = uses == null || uses == 1 ? "one node" : uses + " nodes";
    String whom =
        "invitation for " + nodes + ", ends " + Ages.in(invitation.expiresAt(), context.now());
    NewHost host =
        new NewHost(
            invitation, source, "for " + nodes + ", until " + Ages.moment(invitation.expiresAt()));
    return View.of(
        host.document(cloudInit),
        () ->
            cloudInit
                ? host.cloudConfig().stream().map(l -> StyledLine.quoted(Style.PLAIN, l)).toList()
                : lines(host, whom));
  }

  private PackageSource source() {
    String from = where;
    if (from != null) {
      return PackageSource.parse(from, sha256);
    }
    if (cloudInit || sha256 != null) {
      throw Failure.usage(
          (cloudInit ? "--cloud-init" : "--sha256")
              + " needs --package: the https:// address of pullcord-agent_*.deb, its path in the"
              + " machine's image, or the name of a package in its apt sources");
    }
    return PackageSource.COPIED;
  }

  private static List<StyledLine> lines(NewHost host, String whom) {
    return List.of(
        StyledLine.of(whom + host.pin().map(named -> "; " + named).orElse("")),
        StyledLine.of("on the new host, as root:"),
        StyledLine.of("  " + host.line()),
        StyledLine.of("where the agent is installed; asks for the token:"),
        StyledLine.of("  " + host.invitation().command()),
        StyledLine.of(Style.STRONG, host.invitation().token()));
  }
}
