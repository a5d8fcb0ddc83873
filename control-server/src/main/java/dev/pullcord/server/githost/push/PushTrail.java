package dev.pullcord.server.githost.push;

import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.AuditTable;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.jspecify.annotations.Nullable;

/**
 * What the audit log is told of one push: each ref that moved, and each that was refused.
 *
 * @param pusher whose push it is, with where it comes from
 */
record PushTrail(AuditTrail trail, Principal pusher) {
  /** A push can have thousands of tags; beyond so many they are one entry. */
  private static final int REFS_MAX = 100;

  void moved(Collection<ReceiveCommand> done) {
    List<ReceiveCommand> named = done.stream().limit(REFS_MAX).toList();
    for (ReceiveCommand command : named) {
      done(name(command), id(command.getOldId()), id(command.getNewId()));
    }
    if (done.size() > named.size()) {
      done(done.size() - named.size() + " more refs", null, "of the same push");
    }
  }

  private void done(String ref, @Nullable String before, @Nullable String after) {
    trail.done(pusher.owner(), pusher.from(), "push", ref, before, after);
  }

  void refused(ReceiveCommand command, String why) {
    refused(name(command), why);
  }

  void refused(String ref, String why) {
    AuditTable.Source from = Objects.requireNonNull(pusher.from(), "a push comes from somewhere");
    trail.refused(pusher.owner(), from, "push.refused", ref, why);
  }

  private static String name(ReceiveCommand command) {
    String ref = command.getRefName();
    return ref.startsWith(Constants.R_HEADS) ? ref.substring(Constants.R_HEADS.length()) : ref;
  }

  private static @Nullable String id(ObjectId id) {
    return ObjectId.zeroId().equals(id) ? null : id.name();
  }
}
