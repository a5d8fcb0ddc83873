package dev.pullcord.git.remote;

import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteFault;
import dev.pullcord.git.remote.pace.FetchPace;
import dev.pullcord.git.remote.pace.PacedSession;
import org.apache.sshd.common.SshException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.RemoteSession;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;

/** Sessions with one host; says why there is none where the library has no words for it. */
final class SshSessions extends SshSessionFactory {
  private final RemoteAccess access;
  private final SshdSessionFactory sessions;
  private final PinnedHostKeys hostKeys;
  private final FetchPace pace;

  SshSessions(
      RemoteAccess access, SshdSessionFactory sessions, PinnedHostKeys hostKeys, FetchPace pace) {
    this.access = access;
    this.sessions = sessions;
    this.hostKeys = hostKeys;
    this.pace = pace;
  }

  @Override
  public RemoteSession getSession(
      URIish uri, @Nullable CredentialsProvider provider, FS fs, int timeoutMillis)
      throws TransportException {
    try {
      return PacedSession.of(sessions.getSession(uri, provider, fs, timeoutMillis), pace);
    } catch (TransportException e) {
      RemoteFault refusal = hostKeys.refusal();
      if (refusal == null && isLogin(e)) {
        refusal =
            new RemoteFault(
                RemoteFault.Kind.REFUSED,
                "UPSTREAM_CREDENTIALS  "
                    + access.url()
                    + " does not accept the key; see "
                    + access.section()
                    + ".credentials.key-file",
                e);
      }
      if (refusal != null) {
        throw new TransportException(String.valueOf(refusal.getMessage()), refusal);
      }
      throw e;
    }
  }

  private static boolean isLogin(TransportException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SshException ssh
          && ssh.getDisconnectCode()
              == org.apache.sshd.common.SshConstants
                  .SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String getType() {
    return sessions.getType();
  }
}
