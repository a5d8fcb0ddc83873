package dev.pullcord.server.githost.push;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.ProcessEnd;
import dev.pullcord.base.text.TerminalText;
import dev.pullcord.git.pack.PackRefusedException;
import dev.pullcord.git.tree.PushedObjects;
import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.server.githost.entry.RefMoves;
import dev.pullcord.server.githost.push.output.PushTerminal;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.store.DiskTrouble;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.transport.ReceiveCommand.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why a push, or one of its refs, was not taken: to the pusher, in the server's log and in the
 * audit log. What the disk did not do is no refusal for the audit log, since the commit has done
 * nothing.
 */
final class PushRefusals {
  private static final Logger LOG = LoggerFactory.getLogger(PushRefusals.class);

  private static final int REASON_MAX = 200;

  private final RepositoryStore store;
  private final QuietReceivePack receive;
  private final PushTrail trail;
  private final PushTerminal terminal;
  private final Set<ReceiveCommand> ours = Collections.newSetFromMap(new IdentityHashMap<>());

  PushRefusals(
      RepositoryStore store, QuietReceivePack receive, PushTrail trail, PushTerminal terminal) {
    this.store = store;
    this.receive = receive;
    this.trail = trail;
    this.terminal = terminal;
  }

  /** Nothing could be kept of what was received. */
  void unreadable(Throwable e) {
    ProcessEnd.ifBroken(e);
    String ours =
        DiskTrouble.of(e)
            .map(trouble -> trouble.code() + "  " + trouble.sentence())
            .or(() -> damage(e))
            .orElse(null);
    String line =
        ours != null
            ? ours
            : e instanceof PackRefusedException
                ? String.valueOf(e.getMessage())
                : PushedObjects.line(e);
    if (ours == null) {
      trail.refused("(all)", line);
    }
    terminal.line(line);
    LOG.info("push refused while its objects were read: {}", line);
  }

  /** What the server's own branches and tags lead to is not the push's to bring. */
  private Optional<String> damage(Throwable e) {
    return e instanceof MissingObjectException missing
        ? receive.getAdvertisedRefs().values().stream()
            .filter(ref -> missing.getObjectId().equals(ref.getObjectId()))
            .findFirst()
            .map(ref ->
                "REPOSITORY_DAMAGED  %s of this server leads to %s, which is gone from its disk;"
                        .formatted(ref.getName(), missing.getObjectId().name())
                    + " the push is in order, the server is to be mended: pullcord-server doctor")
        : Optional.empty();
  }

  /** One ref is not moved, for reasons that the pusher is told here. */
  void refuse(ReceiveCommand command, List<String> problems) {
    problems.forEach(terminal::line);
    refuseAsSaid(command, problems);
  }

  /** The same, for reasons that were said of the whole push. */
  void refuseAsSaid(ReceiveCommand command, List<String> problems) {
    command.setResult(Result.REJECTED_OTHER_REASON, reason(problems));
    ours.add(command);
    trail.refused(command, problems.getFirst());
    LOG.info("push to {} refused: {}", Quoted.of(command.getRefName()), problems.getFirst());
  }

  /** Those that JGit refused before we were asked, because another push was quicker. */
  void beforehand(Collection<ReceiveCommand> all) {
    all.stream().filter(this::late).forEach(this::tooLate);
  }

  /** Those that could not be moved when their turn came. */
  void afterwards(Collection<ReceiveCommand> all) {
    all.stream().filter(c -> c.getResult() == Result.LOCK_FAILURE).forEach(this::locked);
    all.forEach(this::unwritable);
  }

  /** Whether JGit refused it because the ref is not where the pusher saw it. */
  private boolean late(ReceiveCommand command) {
    Ref now = receive.getAdvertisedRefs().get(command.getRefName());
    ObjectId seen = now == null ? ObjectId.zeroId() : now.getObjectId();
    return command.getResult() == Result.REJECTED_OTHER_REASON && !command.getOldId().equals(seen);
  }

  private void tooLate(ReceiveCommand command) {
    String line =
        "REF_LOCK  "
            + command.getRefName()
            + " is no longer at "
            + command.getOldId().abbreviate(7).name()
            + "; fetch, and push again";
    told(command, line);
  }

  private void told(ReceiveCommand command, String line) {
    trail.refused(command, line);
    terminal.line(line);
  }

  /** A lock file is in the way; or another push was quicker, which leaves none. */
  private void locked(ReceiveCommand command) {
    try {
      store.requireRoom();
    } catch (IOException e) {
      unreadable(e);
      return;
    }
    Optional<String> lock;
    try {
      Collection<String> others =
          store.repository().getRefDatabase().getConflictingNames(command.getRefName());
      if (!others.isEmpty()) {
        told(command, RefMoves.conflict(command.getRefName(), others.iterator().next()));
        return;
      }
      lock = receive.locks().inTheWay(command.getRefName());
    } catch (IOException e) {
      lock = Optional.of(command.getRefName() + " is locked: " + FileFault.of(e));
    }
    lock.ifPresentOrElse(
        words -> {
          String line = "REF_LOCK  " + words;
          LOG.warn("push refused: {}", line);
          told(command, line);
        },
        () -> tooLate(command));
  }

  /**
   * What the library could not write of a ref it puts into the reason, in its own words; what the
   * database did not take has its code first.
   */
  private void unwritable(ReceiveCommand command) {
    if (command.getResult() != Result.REJECTED_OTHER_REASON || ours.contains(command)) {
      return;
    }
    String why = String.valueOf(command.getMessage());
    if (CodedText.code(why).isPresent()) {
      terminal.line(why);
      command.setResult(Result.REJECTED_OTHER_REASON, reason(List.of(why)));
    } else {
      DiskTrouble.ofText(command.getMessage())
          .ifPresent(trouble -> {
            LOG.warn("push refused: {}: {}", command.getRefName(), command.getMessage());
            command.setResult(Result.REJECTED_OTHER_REASON, trouble.sentence());
            terminal.line(trouble.code() + "  " + trouble.sentence());
          });
    }
  }

  /** What stands behind "remote rejected": some programs show people nothing but that. */
  private static String reason(List<String> problems) {
    String first = TerminalText.clean(CodedText.sentence(problems.getFirst()));
    String shown = TerminalText.cut(first, REASON_MAX);
    return problems.size() == 1 ? shown : shown + "; and " + (problems.size() - 1) + " more";
  }
}
