package dev.pullcord.git.remote;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteFault;
import dev.pullcord.git.remote.access.RemoteUrl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase;
import org.jspecify.annotations.Nullable;

/**
 * The host keys of a {@code known_hosts} file, for one host. Nothing is learned: a key that is not
 * in the file is refused with the line that would let it in.
 */
final class PinnedHostKeys implements ServerKeyDatabase {
  private static final int PORT = 22;

  static {
    JavaEd25519.makeKnown();
  }

  private final RemoteUrl url;
  private final Path file;
  private final String host;
  private final int port;
  private final List<PublicKey> pinned = new ArrayList<>();
  private final List<PublicKey> revoked = new ArrayList<>();
  private volatile @Nullable RemoteFault refusal;

  /** Reads the file. */
  PinnedHostKeys(RemoteAccess access, Path file) throws RemoteFault {
    this.url = access.url();
    this.file = file;
    this.host = String.valueOf(url.forGit().getHost()).replaceAll("[\\[\\]]", "");
    this.port = url.forGit().getPort() < 0 ? PORT : url.forGit().getPort();
    try {
      for (KnownHostEntry entry : entries(file)) {
        if (entry.isHostMatch(host, port)) {
          keep(entry);
        }
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw new RemoteFault(
          RemoteFault.Kind.REFUSED,
          "UPSTREAM_FILE  "
              + access.section()
              + ".credentials.known-hosts-file: "
              + (e instanceof IOException io
                  ? FileFault.of(io, file)
                  : file + " cannot be read as a known_hosts file: " + e.getMessage()),
          e);
    }
  }

  private static List<KnownHostEntry> entries(Path file) throws IOException {
    // A file that is not there yet is an empty one: the refusal says what to write into it.
    return Files.exists(file) ? KnownHostEntry.readKnownHostEntries(file) : List.of();
  }

  private void keep(KnownHostEntry entry) throws IOException, GeneralSecurityException {
    PublicKey key =
        entry.getKeyEntry().resolvePublicKey(null, null, PublicKeyEntryResolver.IGNORING);
    String marker = entry.getMarker();
    if (key != null && marker == null) {
      pinned.add(key);
    } else if (key != null && "revoked".equals(marker)) {
      revoked.add(key);
    }
  }

  /** Why the host was refused; null when it was not. */
  @Nullable RemoteFault refusal() {
    return refusal;
  }

  @Override
  public List<PublicKey> lookup(
      String connectAddress, InetSocketAddress remoteAddress, Configuration config) {
    return List.copyOf(pinned);
  }

  @Override
  public boolean accept(
      String connectAddress,
      InetSocketAddress remoteAddress,
      PublicKey shown,
      Configuration config,
      @Nullable CredentialsProvider provider) {
    if (has(revoked, shown)) {
      refused("a key that " + file + " revokes: " + KeyUtils.getFingerPrint(shown));
    } else if (pinned.isEmpty()) {
      refused(
          "a key that is not in "
              + file
              + ": "
              + KeyUtils.getFingerPrint(shown)
              + "; if that is the host's, add this line: "
              + line(shown));
    } else if (!has(pinned, shown)) {
      refused(
          "another key than "
              + file
              + " has for it: "
              + KeyUtils.getFingerPrint(shown)
              + " in place of "
              + pinned.stream().map(KeyUtils::getFingerPrint).collect(Collectors.joining(", "))
              + "; somebody may be in between. If the host says that its key is new, put this line"
              + " in place of the old one: "
              + line(shown));
    }
    return refusal == null;
  }

  private void refused(String what) {
    refusal = RemoteFault.refused("UPSTREAM_HOST_KEY  " + url + " shows " + what);
  }

  private String line(PublicKey key) {
    String name = port == PORT ? host : "[" + host + "]:" + port;
    return name + " " + PublicKeyEntry.toString(key);
  }

  private static boolean has(List<PublicKey> keys, PublicKey key) {
    return keys.stream().anyMatch(k -> KeyUtils.compareKeys(k, key));
  }
}
