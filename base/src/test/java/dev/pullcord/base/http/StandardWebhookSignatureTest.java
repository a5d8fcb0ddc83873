package dev.pullcord.base.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The example of the standard, and what must not pass. */
class StandardWebhookSignatureTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  private static final Instant AT = Instant.ofEpochSecond(1_614_265_330);
  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(UTF_8);
  private static final String SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

  private final StandardWebhookSignature signature = new StandardWebhookSignature(SECRET);

  private boolean verifies(String signatures) {
    return signature.verify(ID, AT.getEpochSecond(), BODY, signatures);
  }

  @Test
  void signsTheExampleOfTheStandard() {
    assertThat(signature.sign(ID, AT, BODY)).isEqualTo(SIGNED);
    assertThat(verifies(SIGNED)).isTrue();
  }

  @Test
  void oneOfSeveralSignaturesIsEnough() {
    assertThat(verifies("v1,AAAA v1a,Zm9v " + SIGNED + " v2,g0hM")).isTrue();
  }

  @Test
  void takesASecretWithoutPrefixAsItIs() {
    StandardWebhookSignature plain = new StandardWebhookSignature("correct horse");
    assertThat(plain.verify(ID, 7, BODY, plain.sign(ID, Instant.ofEpochSecond(7), BODY))).isTrue();
    assertThat(plain.verify(ID, AT.getEpochSecond(), BODY, SIGNED)).isFalse();
  }

  @Test
  void refusesAnotherIdTimeBodyOrForm() {
    assertThat(signature.verify("msg_other", AT.getEpochSecond(), BODY, SIGNED)).isFalse();
    assertThat(signature.verify(ID, AT.getEpochSecond() + 1, BODY, SIGNED)).isFalse();
    assertThat(signature.verify(ID, AT.getEpochSecond(), new byte[0], SIGNED)).isFalse();
    assertThat(verifies("")).isFalse();
    assertThat(verifies("v1,")).isFalse();
    assertThat(verifies("v1,%%%")).isFalse();
    assertThat(verifies(SIGNED.replace("v1,", "v2,"))).isFalse();
    assertThat(verifies(SIGNED.replace("v1,", ""))).isFalse();
    assertThat(verifies("v1,AAAA ".repeat(20) + SIGNED)).isFalse();
  }

  @Test
  void aMessageIsRecentForFiveMinutesInBothDirections() {
    Instant now = Instant.ofEpochSecond(1000);
    assertThat(StandardWebhookSignature.recent(700, now)).isTrue();
    assertThat(StandardWebhookSignature.recent(1300, now)).isTrue();
    assertThat(StandardWebhookSignature.recent(699, now)).isFalse();
    assertThat(StandardWebhookSignature.recent(1301, now)).isFalse();
    assertThat(StandardWebhookSignature.recent(Long.MIN_VALUE, now)).isFalse();
    assertThat(StandardWebhookSignature.recent(Long.MAX_VALUE, now)).isFalse();
  }

  @Test
  void aSecretThatIsNoneIsRefusedAndNotShown() {
    assertThatThrownBy(() -> new StandardWebhookSignature("whsec_no*base64"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("base64 expected after whsec_");
    assertThatThrownBy(() -> new StandardWebhookSignature(""))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
