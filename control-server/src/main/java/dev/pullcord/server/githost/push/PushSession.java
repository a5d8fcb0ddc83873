package dev.pullcord.server.githost.push;

import dev.pullcord.git.pack.PackRefusedException;
import dev.pullcord.git.tree.PushedObjects;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.deployment.Deployments;
import dev.pullcord.server.gate.Gates;
import dev.pullcord.server.githost.entry.EntryLimits;
import dev.pullcord.server.githost.gate.GatedPush;
import dev.pullcord.server.githost.gate.PushEnd;
import dev.pullcord.server.githost.gate.PushTime;
import dev.pullcord.server.githost.push.output.PushOptions;
import dev.pullcord.server.githost.push.output.PushOutput;
import dev.pullcord.server.githost.push.output.PushTerminal;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.view.FleetReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.LongFunction;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.eclipse.jgit.transport.ReceivePack;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One push. Phases: objects are received and checked; {@link PushRules} refuses updates; {@link
 * QuietReceivePack} moves the refs under their locks; deployments are derived; the pusher watches.
 * A kill between the last three loses nothing, since deployments are derived again at the next
 * start.
 */
final class PushSession {
  private static final long COMMANDS_MAX_BYTES = 3L << 20;
  private static final int COMMANDS_MAX = 10_000;
  private static final byte[] PULSE = {'0', '0', '0', '5', 2};
  private static final String NOT_FOLLOWED =
      "the push is stored, but following it failed; see: pullcord status";
  private static final Logger LOG = LoggerFactory.getLogger(PushSession.class);

  private final RepositoryStore store;
  private final Deployments deployments;
  private final PushRules rules;
  private final FleetReader fleet;
  private final PushEnd end;
  private final PackPrefetch ahead;
  private final LongFunction<String> pages;
  private final PushTrail trail;
  private final Gates gates;
  private final QuietReceivePack receive;
  private @Nullable GatedPush gated;
  private boolean moved;

  PushSession(
      PushRules rules,
      Deployments deployments,
      PushHandler.PushFeedback shown,
      PushEnd end,
      PackPrefetch ahead,
      PushTrail trail,
      Gates gates) {
    this.gates = gates;
    this.rules = rules;
    this.store = rules.store();
    this.deployments = deployments;
    this.fleet = shown.fleet();
    this.end = end;
    this.ahead = ahead;
    this.pages = shown.pages();
    this.trail = trail;
    this.receive = new QuietReceivePack(store);
    receive.setBiDirectionalPipe(false);
    // The reflog is where a deployment learns who pushed, also after a kill.
    String pusher = trail.pusher().owner();
    receive.setRefLogIdent(new PersonIdent(pusher, pusher + "@pullcord"));
    receive.setAllowNonFastForwards(true);
    receive.setAllowDeletes(true);
    receive.setAllowBranchDeletes(true);
    receive.setAllowPushOptions(true);
    receive.setCheckReceivedObjects(true);
    receive.setObjectChecker(new PushedObjects());
    receive.setMaxObjectSizeLimit(EntryLimits.PACK.blobBytes());
    receive.setMaxCommandBytes(COMMANDS_MAX_BYTES);
  }

  ReceivePack receivePack() {
    return receive;
  }

  /**
   * Receives it, to its end for the pusher.
   *
   * @param refused why nothing of it is kept; null where it is a push as any other
   */
  void receive(InputStream in, ClientStream out, @Nullable PackRefusedException refused)
      throws IOException {
    PushTerminal terminal =
        new PushTerminal(
            new MessageStream(receive::getMessageOutputStream), out::connected, () -> pulse(out));
    PushRefusals refusals = new PushRefusals(store, receive, trail, terminal);
    receive.setUnpackErrorHandler(refusals::unreadable);
    receive.setPreReceiveHook((_, commands) -> check(commands, terminal, refusals));
    receive.setPostReceiveHook((_, commands) -> moved(commands, terminal, refusals));
    try {
      receive.receive(new PushedPack(in, terminal::line, refused), out);
    } finally {
      store.pushed();
      endGate();
    }
  }

  /** An empty packet of the side band for messages, which git reads and shows nothing of. */
  private void pulse(ClientStream out) throws IOException {
    if (receive.isSideBand()) {
      out.write(PULSE);
      out.flush();
    }
  }

  private void endGate() {
    GatedPush open = gated;
    gated = null;
    if (open != null) {
      open.end(moved);
    }
  }

  private void check(
      Collection<ReceiveCommand> commands, PushTerminal terminal, PushRefusals refusals) {
    PushOptions.Parsed parsed = PushOptions.parse(pushOptions());
    List<String> all = parsed.problems();
    if (commands.size() > COMMANDS_MAX) {
      all = List.of("PUSH_TOO_LARGE  at most " + COMMANDS_MAX + " refs in a push");
    }
    if (!end.allowed().getAsBoolean()) {
      all =
          List.of(
              "TOKEN_REVOKED  the token of this push works no more; pullcord login, push again");
    }
    all.forEach(terminal::line);
    refusals.beforehand(receive.getAllCommands());
    for (ReceiveCommand command : commands) {
      if (command.getResult() != Result.NOT_ATTEMPTED) {
        continue;
      }
      List<String> problems = all.isEmpty() ? rules.problems(command) : all;
      if (!problems.isEmpty()) {
        if (all.isEmpty()) {
          refusals.refuse(command, problems);
        } else {
          refusals.refuseAsSaid(command, problems);
        }
        continue;
      }
      rules.warnings(command).forEach(terminal::line);
      if (command.getType() == ReceiveCommand.Type.UPDATE) {
        ahead.expect(
            RepositoryStore.commitId(command.getOldId()),
            RepositoryStore.commitId(command.getNewId()));
      }
      if (parsed.options().gate()) {
        endGate(); // of a ref before this one, which was refused
        gated = new GatedPush(store, gates, fleet, end, terminal, trail.pusher());
        gated
            .tried(command, receive.getAllCommands().size() == 1, parsed.options().timeout())
            .ifPresent(problem -> refusals.refuse(command, List.of(problem)));
      }
    }
  }

  private List<String> pushOptions() {
    List<String> options = receive.getPushOptions();
    return options == null ? List.of() : options;
  }

  private void moved(
      Collection<ReceiveCommand> done, PushTerminal terminal, PushRefusals refusals) {
    refusals.afterwards(receive.getAllCommands());
    trail.moved(done);
    if (done.isEmpty()) {
      return;
    }
    moved = true;
    try (PushTime time = new PushTime(fleet, end)) {
      deployments.reconcile();
      endGate(); // the branch has moved: its canaries keep the commit
      List<PushOutput.Moved> branches = new ArrayList<>();
      for (ReceiveCommand command : done) {
        String ref = command.getRefName();
        if (!ref.startsWith(Constants.R_HEADS)) {
          continue;
        }
        String branch = ref.substring(Constants.R_HEADS.length());
        if (command.getType() == ReceiveCommand.Type.DELETE) {
          terminal.line(branch + " is deleted; no node follows it");
        } else if (deployments.trouble(branch).isPresent()) {
          terminal.line(NOT_FOLLOWED + "; " + deployments.trouble(branch).orElseThrow());
        } else {
          branches.add(
              new PushOutput.Moved(
                  branch,
                  orNull(command.getOldId()),
                  RepositoryStore.commitId(command.getNewId())));
        }
      }
      new PushOutput(store, deployments, fleet, pages, time, terminal)
          .show(branches, PushOptions.parse(pushOptions()).options());
    } catch (RuntimeException e) {
      // The refs have moved, so the push itself is done; the next reconcile derives the rest.
      DiskTrouble.log(LOG, "a push is done, and what follows it failed", e);
      terminal.line(DiskTrouble.of(e).map(PushSession::toldLater).orElse(NOT_FOLLOWED));
    }
  }

  private static String toldLater(DiskTrouble trouble) {
    return trouble.code()
        + "  the branch has moved, and "
        + trouble.what()
        + ": the nodes are told when it can be written again";
  }

  private static @Nullable CommitId orNull(ObjectId id) {
    return ObjectId.zeroId().equals(id) ? null : RepositoryStore.commitId(id);
  }
}
