package dev.pullcord.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.base.text.TerminalText;
import dev.pullcord.protocol.PullcordJson;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void escapesWhatATerminalObeysWithoutChangingTheValue() throws Exception {
    String nasty = "a\u009b2J\u202e\u007f\033[0m ü 🚌 \udbff\udfff";
    String json = Json.of(Map.of("x", nasty));
    assertThat(json).contains("\\u009b", "\\u202e", "\\u007f", "\\u001B", "ü", "🚌");
    assertThat(json.codePoints()).noneMatch(TerminalText::isUnsafe);
    assertThat(PullcordJson.wire().readTree(json).get("x").asText()).isEqualTo(nasty);
  }
}
