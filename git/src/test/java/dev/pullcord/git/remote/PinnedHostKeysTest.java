package dev.pullcord.git.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteFault;
import dev.pullcord.git.remote.access.RemoteUrl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Objects;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A host key is pinned or refused, and nothing is learned from a host. */
class PinnedHostKeysTest {
  private static final PublicKey KEY = key();
  private static final PublicKey OTHER = key();
  private static final String LINE = PublicKeyEntry.toString(KEY);

  @TempDir Path directory;
  private Path file = Path.of("known_hosts");

  private static PublicKey key() {
    try {
      KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
      keys.initialize(new ECGenParameterSpec("secp256r1"));
      return keys.generateKeyPair().getPublic();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private PinnedHostKeys of(String url, String content) throws IOException {
    file = Files.writeString(directory.resolve("known_hosts"), content);
    return new PinnedHostKeys(new RemoteAccess(new RemoteUrl(url), null, null, "upstream"), file);
  }

  private PinnedHostKeys of(String content) throws IOException {
    return of("ssh://git@git.example/fleet.git", content);
  }

  /** Nothing of where it connects to counts: the address that was asked for does. */
  private static boolean accepts(ServerKeyDatabase keys, PublicKey shown) {
    return keys.accept(
        "elsewhere.example:22", new InetSocketAddress("127.0.0.1", 22), shown, NO_CONFIG, null);
  }

  private static final ServerKeyDatabase.Configuration NO_CONFIG =
      new ServerKeyDatabase.Configuration() {
        @Override
        public List<String> getUserKnownHostsFiles() {
          return List.of();
        }

        @Override
        public List<String> getGlobalKnownHostsFiles() {
          return List.of();
        }

        @Override
        public StrictHostKeyChecking getStrictHostKeyChecking() {
          return StrictHostKeyChecking.ACCEPT_ANY;
        }

        @Override
        public boolean getHashKnownHosts() {
          return false;
        }

        @Override
        public String getUsername() {
          return "git";
        }
      };

  private static String refusal(PinnedHostKeys keys) {
    return String.valueOf(Objects.requireNonNull(keys.refusal()).getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "ssh://git@git.example/x, git.example",
    "git@git.example:x, git.example",
    "ssh://git@git.example:22/x, git.example",
    "ssh://git@git.example:2222/x, [git.example]:2222",
    "ssh://git@git.example/x, *.example",
    "ssh://git@10.0.0.7/x, 10.0.0.7",
  })
  void aPinnedKeyIsTaken(String url, String host) throws IOException {
    PinnedHostKeys keys = of(url, host + " " + LINE + "\n");

    assertThat(accepts(keys, KEY)).isTrue();
    assertThat(keys.refusal()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "ssh://git@git.example/x, other.example",
    "ssh://git@git.example/x, [git.example]:2222",
    "ssh://git@git.example:2222/x, git.example",
  })
  void aKeyOfAnotherHostOrPortIsNotIts(String url, String host) throws IOException {
    PinnedHostKeys keys = of(url, host + " " + LINE + "\n");

    assertThat(accepts(keys, KEY)).isFalse();
  }

  @Test
  void anUnknownKeyIsRefusedWithTheLineThatLetsItIn() throws IOException {
    PinnedHostKeys keys = of("# nothing yet\n");

    assertThat(accepts(keys, KEY)).isFalse();
    assertThat(refusal(keys))
        .startsWith("UPSTREAM_HOST_KEY  ssh://git@git.example/fleet.git shows a key that is not in")
        .contains(KeyUtils.getFingerPrint(KEY))
        .endsWith("add this line: git.example " + LINE);
    String line = refusal(keys).replaceFirst("(?s).*add this line: ", "");
    assertThat(accepts(of(line + "\n"), KEY)).isTrue();
  }

  @Test
  void theLineOfAnotherPortNamesThePort() throws IOException {
    PinnedHostKeys keys = of("ssh://git@git.example:2222/x", "");
    accepts(keys, KEY);

    String line = refusal(keys).replaceFirst("(?s).*add this line: ", "");
    assertThat(line).startsWith("[git.example]:2222 ");
    assertThat(accepts(of("ssh://git@git.example:2222/x", line), KEY)).isTrue();
  }

  @Test
  void nothingIsLearned() throws IOException {
    PinnedHostKeys keys = of("");
    accepts(keys, KEY);

    assertThat(Files.readString(file)).isEmpty();
    assertThat(accepts(keys, KEY)).isFalse();
  }

  @Test
  void anotherKeyThanThePinnedOneIsAnAlarmWithBothFingerprints() throws IOException {
    PinnedHostKeys keys = of("git.example " + LINE + "\n");

    assertThat(accepts(keys, OTHER)).isFalse();
    assertThat(refusal(keys))
        .contains("another key than", "somebody may be in between")
        .contains(KeyUtils.getFingerPrint(KEY), KeyUtils.getFingerPrint(OTHER))
        .endsWith("git.example " + PublicKeyEntry.toString(OTHER));
  }

  @Test
  void eachOfSeveralPinnedKeysIsTaken() throws IOException {
    String both = "git.example " + LINE + "\ngit.example " + PublicKeyEntry.toString(OTHER) + "\n";

    assertThat(accepts(of(both), KEY)).isTrue();
    assertThat(accepts(of(both), OTHER)).isTrue();
  }

  /** It is in the file twice: who revoked it wins. */
  @Test
  void aRevokedKeyIsRefusedThoughItIsPinned() throws IOException {
    PinnedHostKeys keys = of("git.example " + LINE + "\n@revoked git.example " + LINE + "\n");

    assertThat(accepts(keys, KEY)).isFalse();
    assertThat(refusal(keys)).contains("revokes: " + KeyUtils.getFingerPrint(KEY));
  }

  @Test
  void theKeyOfAnAuthorityIsNoHostKey() throws IOException {
    assertThat(accepts(of("@cert-authority git.example " + LINE + "\n"), KEY)).isFalse();
  }

  @Test
  void aFileThatIsNotThereYetIsAnEmptyOne() throws IOException {
    Path missing = directory.resolve("none");
    PinnedHostKeys keys =
        new PinnedHostKeys(
            new RemoteAccess(new RemoteUrl("git@git.example:x"), null, null, "git"), missing);

    assertThat(accepts(keys, KEY)).isFalse();
    assertThat(refusal(keys)).contains("not in " + missing);
  }

  @Test
  void aBrokenLinePinsNothing() throws IOException {
    assertThat(accepts(of("git.example ssh-rsa not-base-64!\n"), KEY)).isFalse();
  }

  @Test
  void aFileThatCannotBeReadIsNamedWithItsSetting() {
    RemoteAccess access =
        new RemoteAccess(new RemoteUrl("git@git.example:x"), null, null, "upstream");

    assertThatThrownBy(() -> new PinnedHostKeys(access, directory))
        .isInstanceOfSatisfying(
            RemoteFault.class,
            fault -> assertThat(fault.kind()).isEqualTo(RemoteFault.Kind.REFUSED))
        .hasMessageStartingWith("UPSTREAM_FILE  upstream.credentials.known-hosts-file: ")
        .hasMessageContaining(directory.toString());
  }
}
