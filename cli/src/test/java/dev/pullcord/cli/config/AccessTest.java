package dev.pullcord.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerCredentials;
import dev.pullcord.client.ServerUrl;
import dev.pullcord.protocol.error.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
  private static final String KEY = "ab".repeat(32);
  @TempDir Path home;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void home() {
    environment.put("HOME", home.toString());
  }

  private LoginStore store() {
    return new LoginStore(environment);
  }

  private ServerCredentials resolve() {
    return new Access(environment, store()).resolve(null);
  }

  private void signIn() {
    store()
        .change(logins -> Logins.NONE.with("h", new Login("https://h:8420", "stored", KEY, null)));
  }

  @Test
  void usesWhatWasStored() {
    signIn();
    ServerCredentials access = resolve();
    assertThat(access.address()).isEqualTo(new ServerUrl("https://h:8420"));
    assertThat(access.token()).isEqualTo("stored");
    assertThat(access.fingerprint()).hasToString(KEY);
  }

  @Test
  void environmentWins() {
    signIn();
    environment.put("PULLCORD_TOKEN", "other");
    environment.put("PULLCORD_FINGERPRINT", "cd".repeat(32));
    assertThat(resolve().token()).isEqualTo("other");
    assertThat(resolve().fingerprint()).hasToString("cd".repeat(32));
  }

  @Test
  void storedTokenAndKeyStayWithTheirServer() {
    signIn();
    environment.put("PULLCORD_URL", "https://elsewhere:8420");
    assertThatThrownBy(this::resolve)
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.REFUSED))
        .hasMessageContaining("pullcord login https://elsewhere:8420");
    environment.put("PULLCORD_TOKEN", "mine");
    assertThat(resolve().token()).isEqualTo("mine");
    assertThat(resolve().fingerprint()).isNull();
  }

  @Test
  void aStoredAddressThatIsNoneKeepsNobodyFromTheOtherLogins() {
    signIn();
    store()
        .change(logins -> logins.with("bad", new Login("foo bar", "stored", KEY, null)).using("h"));

    assertThat(resolve().address()).isEqualTo(new ServerUrl("https://h:8420"));
    assertThatThrownBy(() -> new Access(environment, store()).resolve("bad"))
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContainingAll("context bad", "foo bar", "pullcord logout -c bad");
  }

  @Test
  void saysHowToSignIn() {
    assertThatThrownBy(this::resolve)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("pullcord login https://");
  }

  @Test
  void keepsTheFileToItsOwner() throws Exception {
    signIn();
    Path file = home.resolve(".config/pullcord/config.json");
    Path lock = file.resolveSibling("config.lock");
    for (Path one : List.of(file, lock)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one)))
          .isEqualTo("rw-------");
    }
    assertThat(Files.list(file.getParent())).containsExactlyInAnyOrder(file, lock);
  }

  @Test
  void refusesAFileThatOthersMayRead() throws Exception {
    signIn();
    Path file = store().file();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(this::resolve)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("chmod 600 " + file)
        .message()
        .doesNotContain("stored");
  }

  @Test
  void saysThatTheFileIsDamaged() throws Exception {
    signIn();
    Files.writeString(store().file(), "{\"url\": \"https://h\", ");
    assertThatThrownBy(this::resolve).hasMessageContaining("damaged").hasMessageContaining("login");
    Files.writeString(store().file(), "{\"url\": \"https://h\"}");
    assertThatThrownBy(this::resolve).hasMessageContaining("url and token expected");
  }

  @Test
  void livesWhereTheUserWantsIt() {
    environment.put("XDG_CONFIG_HOME", home + "/elsewhere");
    signIn();
    assertThat(home.resolve("elsewhere/pullcord/config.json")).exists();
  }

  @Test
  void showsNoToken() {
    assertThat(new Login("https://h", "secret", null, null).toString()).doesNotContain("secret");
  }

  @Test
  void refusesATokenThatWouldBreakAHeaderWithoutShowingIt() {
    environment.put("PULLCORD_URL", "https://h");
    environment.put("PULLCORD_TOKEN", "secret\nX: y");
    assertThatThrownBy(this::resolve).message().doesNotContain("secret");
  }
}
