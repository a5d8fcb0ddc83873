package dev.pullcord.cli.command.repository;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.Reasons;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.Quoted;
import org.jspecify.annotations.Nullable;
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

  @Option(
      names = "--commit",
      paramLabel = "COMMIT",
      description =
          "Only if the upstream has it there: at least 7 digits, or 'deleted' for a ref that it"
              + " deleted.")
  @Nullable String commit;

  /** The verb. */
  public AcceptRewindVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() {
    String why = Reasons.checked(reason);
    UpstreamView upstream =
        Replies.need(context.server().acceptRewind(new UpstreamView.Accept(ref, why, seen())));
    return View.of(upstream, line(upstream));
  }

  /** The whole commit that was named; the server compares it once more as it lets the ref go. */
  private @Nullable String seen() {
    String digits = commit;
    if (digits == null || digits.equals(UpstreamView.Accept.DELETED)) {
      return digits;
    }
    if (!digits.matches("[0-9a-f]{7,40}")) {
      throw Failure.usage(
          "--commit "
              + Quoted.of(digits)
              + ": at least 7 digits of a commit expected, or "
              + UpstreamView.Accept.DELETED);
    }
    return Replies.need(context.server().upstream()).refs().stream()
        .filter(shown -> shown.ref().equals(name()))
        .map(shown -> UpstreamView.Accept.seen(shown.commit()))
        .filter(seen -> seen.startsWith(digits))
        .findFirst()
        .orElseThrow(() ->
            new Failure(
                ExitCode.REFUSED,
                "the upstream does not have %s at %s; look at it: pullcord upstream"
                    .formatted(name(), digits)));
  }

  private String name() {
    return ref.startsWith(BRANCHES) ? ref.substring(BRANCHES.length()) : ref;
  }

  private String line(UpstreamView upstream) {
    String name = name();
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
