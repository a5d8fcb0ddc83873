package dev.pullcord.cli.command.repository;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.Reasons;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.id.CommitId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord accept-rewind REF}: nodes may go where the upstream was rewound to. */
@Command(
    name = "accept-rewind",
    description = "Accept that a ref was rewound at the upstream. Its nodes go there too.")
public final class AcceptRewindVerb extends Verb {
  private static final String BRANCHES = "refs/heads/";

  @Parameters(
      index = "0",
      paramLabel = "REF",
      description = "A branch, or refs/tags/TAG, that pullcord upstream shows as rewritten.")
  String ref = "";

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why; others read it.")
  String reason = "";

  /** The verb. */
  public AcceptRewindVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    UpstreamView upstream =
        Replies.need(
            context.server().acceptRewind(new UpstreamView.Accept(ref, Reasons.checked(reason))));
    return View.of(upstream, line(upstream));
  }

  private String line(UpstreamView upstream) {
    String name = ref.startsWith(BRANCHES) ? ref.substring(BRANCHES.length()) : ref;
    return upstream.refs().stream()
        .filter(shown -> shown.ref().equals(name))
        .findFirst()
        .map(AcceptRewindVerb::line)
        .orElse(name + " is deleted here too");
  }

  private static String line(UpstreamView.Ref shown) {
    CommitId deployed = shown.deployed();
    if (deployed != null) {
      return shown.ref() + " goes to " + deployed.abbreviated() + ", where the upstream has it";
    }
    String why = shown.problem().isEmpty() ? "" : ": " + shown.problem();
    return shown.ref() + " may go where the upstream has it; no commit of it is deployed" + why;
  }
}
