package dev.pullcord.systemtests.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The scanner finds what was leaked on purpose. */
class SecretsTest {
  private final Secrets secrets = new Secrets();
  private final String password = secrets.make("password");

  private boolean found(String text) {
    int before = secrets.found().size();
    secrets.look("place " + before, text);
    return secrets.found().size() > before;
  }

  @Test
  void findsASecretAsItIsAndEncoded() {
    assertThat(found("GET / as " + password)).isTrue();
    assertThat(found("q=" + URLEncoder.encode(password, UTF_8))).isTrue();
    for (String user : new String[] {"", "u:", "us:", "user:", "a-long-user:"}) {
      byte[] login = (user + password + "\n").getBytes(UTF_8);
      assertThat(found(Base64.getEncoder().encodeToString(login))).as(user).isTrue();
      assertThat(found(Base64.getUrlEncoder().encodeToString(login))).as(user).isTrue();
    }
    assertThat(found("nothing of " + password.substring(1))).isFalse();
  }
}
