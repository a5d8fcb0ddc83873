package dev.pullcord.server.githost.upstream;

import dev.pullcord.git.pack.PackRefusedException;
import dev.pullcord.git.remote.RemoteTransports;
import dev.pullcord.git.remote.access.RemoteFault;
import dev.pullcord.git.tree.PushedObjects;
import dev.pullcord.server.store.DiskTrouble;
import java.util.Optional;
import org.eclipse.jgit.errors.CorruptObjectException;

/** Tells what ended a fetch: the objects, the disk here, or the upstream. */
final class FetchFault {
  private FetchFault() {}

  /** What is wrong with objects that came; empty when it is something else. */
  static Optional<String> objects(Throwable e) {
    Optional<String> refused = PackRefusedException.within(e);
    if (refused.isPresent()) {
      return refused;
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CorruptObjectException) {
        return Optional.of(PushedObjects.line(cause));
      }
    }
    return Optional.empty();
  }

  /** What is not the objects' fault. */
  static RemoteFault of(RemoteTransports upstream, Throwable e) {
    return DiskTrouble.of(e)
        .map(disk ->
            new RemoteFault(RemoteFault.Kind.UNREACHABLE, disk.code() + "  " + disk.sentence(), e))
        .orElseGet(() -> upstream.fault(e));
  }
}
