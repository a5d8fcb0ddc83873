package dev.pullcord.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginsTest {
  private static final ServerUrl FLEET = ServerUrl.parse("https://fleet.example:8420");
  private static final ServerUrl LAB = ServerUrl.parse("https://lab.example:8420");
  @TempDir Path home;

  private static Login at(ServerUrl address, String token) {
    return new Login(address.url(), token, null, null);
  }

  private LoginStore store() {
    return new LoginStore(Map.of("HOME", home.toString()));
  }

  @Test
  void theLastLoginIsTheCurrentOne() {
    Logins both = Logins.NONE.with("prod", at(FLEET, "a")).with("lab", at(LAB, "b"));
    assertThat(both.inUse()).contains(at(LAB, "b"));
    assertThat(both.using("prod").inUse()).contains(at(FLEET, "a"));
    assertThat(both.without("prod").inUse()).contains(at(LAB, "b"));
    assertThat(both.without("lab").inUse()).isEmpty();
    assertThatThrownBy(() -> both.using("prd"))
        .isInstanceOf(Failure.class)
        .hasMessageContainingAll("no context \"prd\"", "there are lab, prod", "did you mean");
    assertThatThrownBy(() -> Logins.NONE.need("prod")).hasMessageContaining("pullcord login");
  }

  @Test
  void ofTwoLoginsAtOneServerTheCurrentOneIsMeant() {
    Logins both = Logins.NONE.with("admin", at(FLEET, "a")).with("viewer", at(FLEET, "v"));
    assertThat(both.at(FLEET)).contains(at(FLEET, "v"));
    assertThat(both.using("admin").at(FLEET)).contains(at(FLEET, "a"));
    assertThat(both.with("lab", at(LAB, "b")).at(FLEET)).contains(at(FLEET, "a"));
  }

  @Test
  void aLoginIsNamedByItsHostOrAsItWasBefore() {
    assertThat(Logins.NONE.nameFor(FLEET, null)).isEqualTo("fleet.example");
    Logins one = Logins.NONE.with("prod", at(FLEET, "a"));
    assertThat(one.nameFor(FLEET, null)).isEqualTo("prod");
    assertThat(one.nameFor(LAB, null)).isEqualTo("lab.example");
    ServerUrl beside = ServerUrl.parse("https://fleet.example:9420");
    Logins named = Logins.NONE.with("fleet.example", at(FLEET, "a"));
    assertThat(named.nameFor(beside, null)).isEqualTo("fleet.example-9420");
    ServerUrl six = ServerUrl.parse("https://[2001:db8::1]:8420");
    assertThat(Logins.NONE.nameFor(six, null)).isEqualTo("2001-db8--1");
  }

  @Test
  void aNameThatIsGivenDoesNotReplaceAnotherServer() {
    Logins one = Logins.NONE.with("prod", at(FLEET, "a"));
    assertThat(one.nameFor(FLEET, "prod")).isEqualTo("prod");
    assertThat(one.nameFor(FLEET, "second")).isEqualTo("second");
    assertThatThrownBy(() -> one.nameFor(LAB, "prod"))
        .isInstanceOf(Failure.class)
        .hasMessageContainingAll("context prod is https://fleet.example:8420", "logout -c prod");
    assertThatThrownBy(() -> one.nameFor(LAB, "-x")).hasMessageContaining("is no name");
  }

  @Test
  void whatIsStoredIsReadBackAndOnlyByItsOwner() throws Exception {
    Logins both = Logins.NONE.with("prod", at(FLEET, "a")).with("lab", at(LAB, "b"));
    store().change(logins -> both);
    assertThat(store().read()).isEqualTo(both);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store().file())))
        .isEqualTo("rw-------");
    Path certificate = store().writeCertificate(FLEET, "PEM");
    Login login = new Login(FLEET.url(), "a", null, certificate.toString());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(certificate)))
        .isEqualTo("rw-------");
    store().deleteCertificate(login, Logins.NONE.with("same", login));
    assertThat(certificate).exists();
    store().deleteCertificate(login, Logins.NONE);
    assertThat(certificate.getParent()).doesNotExist();
    store().change(logins -> Logins.NONE);
    assertThat(store().file()).doesNotExist();
    assertThat(store().read()).isEqualTo(Logins.NONE);
  }

  @Test
  void serversBehindOneProxyHaveCertificatesOfTheirOwn() {
    Path one = store().writeCertificate(ServerUrl.parse("https://proxy.example/one"), "ONE");
    Path two = store().writeCertificate(ServerUrl.parse("https://proxy.example/two"), "TWO");
    assertThat(one).content().isEqualTo("ONE");
    Login login = new Login("https://proxy.example/two", "a", null, two.toString());
    store().deleteCertificate(login, Logins.NONE);
    assertThat(one).exists();
    assertThat(two).doesNotExist();
  }

  @Test
  void theOneLoginOfAnOlderVersionIsAContext() throws Exception {
    store().change(logins -> Logins.NONE.with("x", at(LAB, "b")));
    Files.writeString(
        store().file(),
        "{\"url\":\"https://fleet.example:8420\",\"token\":\"old\",\"fingerprint\":null,"
            + "\"certificate\":null}\n");
    Logins read = store().read();
    assertThat(read.current()).isEqualTo("fleet.example");
    assertThat(read.inUse()).contains(at(FLEET, "old"));
  }

  @Test
  void aContextThatIsDamagedIsNamed() throws Exception {
    store().change(logins -> Logins.NONE.with("x", at(LAB, "b")));
    Files.writeString(
        store().file(), "{\"current\":\"x\",\"contexts\":{\"x\":{\"url\":\"https://h\"}}}");
    assertThatThrownBy(() -> store().read())
        .isInstanceOf(Failure.class)
        .hasMessageContainingAll("damaged", "url and token expected", "pullcord login");
  }

  @Test
  void aFileThatIsNotTextOrNoFileIsNamedWithTheCause() throws Exception {
    Path file = store().file();
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[] {'{', (byte) 0xff});
    assertThatThrownBy(store()::read)
        .isInstanceOf(Failure.class)
        .hasMessage("cannot read " + file + ": it is not UTF-8 text");

    Files.delete(file);
    Files.createDirectory(file);
    assertThatThrownBy(store()::read)
        .isInstanceOf(Failure.class)
        .hasMessageContainingAll("cannot read " + file, "it is a directory");
  }

  @Test
  void aStoredAddressThatIsNoneIsDamage() throws Exception {
    Path file = store().file();
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"url\":\"foo bar\",\"token\":\"t\"}");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

    assertThatThrownBy(store()::read)
        .isInstanceOf(Failure.class)
        .hasMessageContainingAll(file + " is damaged", "foo bar", "run pullcord login again");
  }
}
