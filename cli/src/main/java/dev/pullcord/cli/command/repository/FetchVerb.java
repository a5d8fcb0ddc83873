package dev.pullcord.cli.command.repository;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.mixin.Times;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerReply;
import dev.pullcord.protocol.api.UpstreamView;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.error.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code pullcord fetch}: look at the upstream now. The server lets nobody wait longer than 25 s,
 * so while it says that the fetch goes on, it is asked again.
 */
@Command(
    name = "fetch",
    description =
        "Fetch from the upstream now. Exit 0 when the server has all of it, 1 when a ref is held"
            + " back, 3 out of time.")
public final class FetchVerb extends Verb {
  /** The server's word for a fetch that goes on. */
  private static final String BUSY = "UPSTREAM_BUSY";

  private static final long PAUSE_MILLIS = 500;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "How long at most; default: ${DEFAULT-VALUE}.")
  String timeout = "";

  /** The verb. */
  public FetchVerb(VerbContext context) {
    super(context);
  }

  @Override
  protected View run() throws InterruptedException {
    UpstreamView upstream = fetched(Times.limit("--timeout", timeout));
    boolean all =
        upstream.failingSince() == null
            && upstream.refs().stream().allMatch(UpstreamView.Ref::deployable);
    return View.of(upstream, () -> UpstreamLines.of(upstream, context.now()))
        .ending(all ? ExitCode.DONE : ExitCode.FAILED);
  }

  private UpstreamView fetched(Duration limit) throws InterruptedException {
    long startedAt = context.host().clock().nanoTime();
    Set<Optional<Instant>> fetches = new HashSet<>();
    boolean well = false;
    while (true) {
      ServerReply<UpstreamView> reply = context.server().fetch();
      Problem busy = reply.refusal().filter(p -> BUSY.equals(p.code())).orElse(null);
      if (busy == null) {
        return Replies.need(reply);
      }
      UpstreamView now = Replies.need(context.server().upstream());
      fetches.add(Optional.ofNullable(now.lastFetch()));
      boolean failed = well && now.failingSince() != null;
      if (failed || fetches.size() > 2) {
        return now; // of an upstream that is always slow: the second to end began after we asked
      }
      well = now.failingSince() == null;
      if (context.host().clock().nanoTime() - startedAt >= limit.toNanos()) {
        throw new Failure(ExitCode.TIMEOUT, busy.detail());
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
