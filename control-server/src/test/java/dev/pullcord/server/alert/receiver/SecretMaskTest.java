package dev.pullcord.server.alert.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretMaskTest {
  private static final String SECRET = "XyZ8-pass/word+1";

  private final SecretMask mask = new SecretMask(List.of(SECRET, "/"));

  @Test
  void aSecretIsTakenOutAsItIsAndPercentEncoded() {
    String percent = URLEncoder.encode(SECRET, UTF_8);
    assertThat(mask.over("no: token " + SECRET + ", " + percent + ", " + percent.toLowerCase()))
        .isEqualTo("no: token ***, ***, ***");
  }

  @Test
  void aSecretIsTakenOutOfBase64WhateverIsBeforeIt() {
    for (String user : new String[] {"", "u:", "us:", "user:"}) {
      byte[] login = (user + SECRET + "\n").getBytes(UTF_8);
      for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
        String masked = mask.over("Basic " + encoder.encodeToString(login));
        assertThat(masked).startsWith("Basic ").contains("***").hasSizeLessThan(24);
      }
    }
  }

  @Test
  void ofAnAddressThatIsASecretEachPartIsTakenOut() {
    URI chat = URI.create("https://chat.example.org/hooks/T0123/k%2Fey-of-it?sig=0123456789&v=1");
    SecretMask mask = new SecretMask(SecretMask.of(chat));
    assertThat(mask.over(chat + " is gone")).isEqualTo("*** is gone");
    assertThat(mask.over("no route \\/hooks\\/T0123\\/k%2Fey-of-it")).endsWith("T0123\\/***");
    assertThat(mask.over("no sig 0123456789 at hooks")).isEqualTo("no sig *** at hooks");
  }

  @Test
  void aTextWithoutASecretStaysAsItIs() {
    assertThat(mask.over("no service for a/b: 404")).isEqualTo("no service for a/b: 404");
    assertThat(new SecretMask(SecretMask.of(URI.create("http://localhost/"))).over("a / b"))
        .isEqualTo("a / b");
  }
}
