package dev.pullcord.git.remote;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Opens transports to one remote. A remote from which nothing comes for a minute is given up;
 * nothing of the user's or the host's configuration of git and SSH is read.
 */
public final class RemoteTransports {
  /** How long nothing may come. */
  public static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final File NOWHERE = new File("/nonexistent");

  private final RemoteAccess access;
  private final ProxyChoice proxies;
  private final InstantSource clock;
  private final Duration patience;

  /**
   * To that remote.
   *
   * @param environment of the process, for its proxy
   * @param patience how long nothing may come; whole seconds
   */
  public RemoteTransports(
      RemoteAccess access,
      Map<String, String> environment,
      InstantSource clock,
      Duration patience) {
    this.access = access;
    this.proxies = new ProxyChoice(environment);
    this.clock = clock;
    this.patience = patience;
  }

  /**
   * A transport to be used once and closed; connects when it is used.
   *
   * @param repository that is fetched to; null for one that only lists refs
   */
  public Transport open(@Nullable Repository repository) throws IOException {
    RemoteUrl url = access.url();
    if (url.file() && !Files.isDirectory(Path.of(url.forGit().getPath()))) {
      throw new NoRemoteRepositoryException(url.forGit(), "no such directory");
    }
    Transport transport =
        repository == null
            ? Transport.open(url.forGit())
            : Transport.open(repository, url.forGit());
    transport.setTagOpt(TagOpt.NO_TAGS);
    transport.setTimeout((int) patience.toSeconds());
    try {
      if (transport instanceof TransportHttp http) {
        signIn(http);
      } else if (transport instanceof SshTransport ssh) {
        ssh.setSshSessionFactory(sessions());
      }
    } catch (IOException | RuntimeException e) {
      transport.close();
      throw e;
    }
    return transport;
  }

  /** What ended an operation of such a transport. */
  public RemoteFault fault(Throwable e) {
    return RemoteWords.of(access, e);
  }

  private void signIn(TransportHttp http) throws IOException {
    RemoteLogin login = access.login();
    Path ca = access.caFile();
    RemoteTls tls = new RemoteTls(access.section());
    http.setHttpConnectionFactory(
        new RemoteHttp(
            access,
            login == null || login.certificateFile() == null || login.keyFile() == null
                ? null
                : tls.keys(login.certificateFile(), login.keyFile()),
            ca == null ? null : tls.trust(ca),
            proxies,
            clock));
    if (login != null && login.passwordFile() != null) {
      http.setPreemptiveBasicAuthentication(
          login.username(),
          SecretFile.read(login.passwordFile(), access.section() + ".credentials.password-file"));
    }
  }

  private SshSessions sessions() throws IOException {
    RemoteLogin login = Objects.requireNonNull(access.login(), "login");
    Path keyFile = Objects.requireNonNull(login.keyFile(), "keyFile");
    Path hosts = Objects.requireNonNull(login.knownHostsFile(), "knownHostsFile");
    List<KeyPair> keys = SshKeyFile.read(keyFile, access.section());
    PinnedHostKeys pinned = new PinnedHostKeys(access, hosts);
    SshdSessionFactory factory =
        new SshdSessionFactoryBuilder()
            .setHomeDirectory(NOWHERE)
            .setSshDirectory(NOWHERE)
            .setConfigStoreFactory((_, _, _) -> null)
            .setPreferredAuthentications("publickey")
            .setDefaultKeysProvider(_ -> keys)
            .setServerKeyDatabase((_, _) -> pinned)
            .setConnectorFactory(null)
            .build(null);
    return new SshSessions(access, factory, pinned);
  }
}
