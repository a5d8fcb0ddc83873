package dev.pullcord.git.remote;

import dev.pullcord.base.tls.ClientCertificate;
import dev.pullcord.git.ObjectFormat;
import dev.pullcord.git.remote.access.ProxyChoice;
import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteFault;
import dev.pullcord.git.remote.access.RemoteLogin;
import dev.pullcord.git.remote.access.RemoteUrl;
import dev.pullcord.git.remote.access.SecretFile;
import dev.pullcord.git.remote.pace.FetchLimits;
import dev.pullcord.git.remote.pace.FetchPace;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import javax.net.ssl.TrustManager;
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
 * Opens transports to one remote. A remote that sends nothing, or too little, is given up; nothing
 * of the user's or the host's configuration of git and SSH is read.
 */
public final class RemoteTransports {
  private static final File NOWHERE = new File("/nonexistent");

  private final RemoteAccess access;
  private final ProxyChoice proxies;
  private final Times times;
  private final LongAdder arrived = new LongAdder();

  /**
   * By which time it goes.
   *
   * @param clock for what hosts say of dates
   * @param nanos only goes forward
   * @param limits when a host is given up
   */
  public record Times(InstantSource clock, LongSupplier nanos, FetchLimits limits) {
    /** With the usual limits. */
    public static Times usual(InstantSource clock, LongSupplier nanos) {
      return new Times(clock, nanos, FetchLimits.USUAL);
    }
  }

  /**
   * To that remote.
   *
   * @param environment of the process, for its proxy
   */
  public RemoteTransports(RemoteAccess access, Map<String, String> environment, Times times) {
    this.access = access;
    this.proxies = new ProxyChoice(environment);
    this.times = times;
  }

  /**
   * A transport to be used once and closed; connects when it is used.
   *
   * @param repository that is fetched to; null for one that only lists refs
   */
  public Transport open(@Nullable Repository repository) throws IOException {
    RemoteUrl url = access.url();
    if (url.file()) {
      Path directory = Path.of(url.forGit().getPath());
      if (!Files.isDirectory(directory)) {
        throw new NoRemoteRepositoryException(url.forGit(), "no such directory");
      }
      ObjectFormat.check(directory);
    }
    Transport transport =
        repository == null
            ? Transport.open(url.forGit())
            : Transport.open(repository, url.forGit());
    transport.setTagOpt(TagOpt.NO_TAGS);
    transport.setTimeout((int) times.limits().silence().toSeconds());
    FetchPace pace = new FetchPace(times.limits(), times.nanos(), arrived);
    try {
      if (transport instanceof TransportHttp http) {
        signIn(http, pace);
      } else if (transport instanceof SshTransport ssh) {
        ssh.setSshSessionFactory(sessions(pace));
      }
    } catch (IOException | RuntimeException e) {
      transport.close();
      throw e;
    }
    return transport;
  }

  /** How many bytes have come from this remote so far. */
  public long arrived() {
    return arrived.sum();
  }

  /** What ended an operation of such a transport. */
  public RemoteFault fault(Throwable e) {
    return RemoteWords.of(access, e);
  }

  private void signIn(TransportHttp http, FetchPace pace) throws IOException {
    RemoteLogin login = access.login();
    Path ca = access.caFile();
    RemoteTls tls = new RemoteTls(access.section());
    http.setHttpConnectionFactory(
        new RemoteHttp(
            access,
            login == null || login.certificateFile() == null || login.keyFile() == null
                ? ClientCertificate.none()
                : tls.keys(login.certificateFile(), login.keyFile()),
            ca == null ? null : new TrustManager[] {tls.trust(ca)},
            proxies,
            times.clock(),
            pace));
    if (login != null && login.passwordFile() != null) {
      http.setPreemptiveBasicAuthentication(
          login.username(),
          SecretFile.read(login.passwordFile(), access.section() + ".credentials.password-file"));
    }
  }

  private SshSessions sessions(FetchPace pace) throws IOException {
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
    return new SshSessions(access, factory, pinned, pace);
  }
}
