package dev.pullcord.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.protocol.desired.Orders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PullcordJsonTest {
  private static final Orders.Stop STOP =
      new Orders.Stop("ann", "a \"reason\"", Instant.parse("2026-01-02T03:04:05.006Z"));
  private static final String TEXT =
      "{\"by\":\"ann\",\"reason\":\"a \\\"reason\\\"\",\"since\":\"2026-01-02T03:04:05.006Z\"}";

  private static Orders.Stop read(String text) throws JsonProcessingException {
    return PullcordJson.read(text, Orders.Stop.class);
  }

  @Test
  void whatIsWrittenIsRead() throws JsonProcessingException {
    assertThat(PullcordJson.write(STOP)).isEqualTo(TEXT);
    assertThat(read(TEXT)).isEqualTo(STOP);
    assertThat(PullcordJson.read(TEXT.getBytes(StandardCharsets.UTF_8), Orders.Stop.class))
        .isEqualTo(STOP);
    assertThat(PullcordJson.readStrict(TEXT, Orders.Stop.class)).isEqualTo(STOP);
  }

  @Test
  void aNewerProgramMaySayMoreButAPersonMayNot() throws JsonProcessingException {
    String more = TEXT.replace("{", "{\"colour\":1,");

    assertThat(read(more)).isEqualTo(STOP);
    assertThatThrownBy(() -> PullcordJson.readStrict(more, Orders.Stop.class))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("colour");
  }

  @Test
  void aKeyTwiceIsRefusedFromAPerson() {
    String twice = TEXT.replace("{", "{\"by\":\"bob\",");

    assertThatThrownBy(() -> PullcordJson.readStrict(twice, Orders.Stop.class))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void aPartThatIsMissingIsNamed() {
    assertThatThrownBy(() -> read("{\"by\":\"ann\",\"since\":\"2026-01-02T03:04:05Z\"}"))
        .isInstanceOf(MissingPart.class)
        .hasMessageContaining("reason");
    assertThatThrownBy(
            () -> read("{\"by\":null,\"reason\":\"\",\"since\":\"2026-01-02T03:04:05Z\"}"))
        .hasMessageContaining("by");
    String deep = "{\"count\":1,\"stopped\":{\"grep\":{\"by\":\"ann\",\"reason\":\"\"}}}";
    assertThatThrownBy(() -> PullcordJson.read(deep, Orders.class)).hasMessageContaining("since");
  }

  @Test
  void partsThatMayBeMissingMayBe() throws JsonProcessingException {
    assertThat(PullcordJson.read("{\"count\":3}", Orders.class))
        .isEqualTo(new Orders(3, Map.of(), Map.of(), Map.of()));
  }

  @Test
  void whatIsNoJsonIsRefused() {
    for (String text :
        new String[] {"", "null", "{", "[]", "\"x\"", TEXT + "x", TEXT + TEXT, "{'by':1}"}) {
      assertThatThrownBy(() -> read(text)).as(text).isInstanceOf(JsonProcessingException.class);
    }
  }

  @Test
  void onlyUtf8IsRead() {
    byte[] latin = TEXT.replace("ann", "\u00e4nn").getBytes(StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> PullcordJson.read(latin, Orders.Stop.class))
        .isInstanceOf(MalformedJson.class)
        .hasMessageContaining("not UTF-8");
    assertThatThrownBy(
            () -> PullcordJson.read(TEXT.getBytes(StandardCharsets.UTF_16), Orders.Stop.class))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void depthAndNumbersHaveBounds() {
    String deep = "[".repeat(51) + "]".repeat(51);

    assertThatThrownBy(() -> read("{\"x\":" + deep + "}")).hasMessageContaining("depth");
    assertThatThrownBy(() -> PullcordJson.read("{\"count\":" + "9".repeat(101) + "}", Orders.class))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void aFailureDoesNotQuoteWhatWasSent() {
    assertThatThrownBy(() -> read("{\"by\": secret-token}"))
        .isInstanceOf(JsonProcessingException.class)
        .satisfies(e ->
            assertThat(((JsonProcessingException) e).getLocation().sourceDescription())
                .doesNotContain("secret-token"));
  }
}
