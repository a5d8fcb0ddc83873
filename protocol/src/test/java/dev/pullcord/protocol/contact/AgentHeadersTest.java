package dev.pullcord.protocol.contact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that agents and servers of other versions read: as stable as the JSON beside them. */
class AgentHeadersTest {
  private static final CommitId COMMIT = new CommitId("3f2a91c0d1e2f30415263748596a7b8c9d0e1f2a");

  @Test
  void whoAsksIsWrittenAsItAlwaysWas() {
    AgentInstance instance = new AgentInstance("5f1e2d3c", "grep-1.sea", "b1f0-77", "77ac");

    assertThat(instance.header())
        .isEqualTo("start=5f1e2d3c; host=grep-1.sea; boot=b1f0-77; machine=77ac");
    assertThat(AgentInstance.parse(instance.header())).contains(instance);
    assertThat(AgentInstance.parse("machine=77ac;start=5f1e2d3c; later=x"))
        .contains(new AgentInstance("5f1e2d3c", "unknown", "unknown", "77ac"));
  }

  @Test
  void whatCannotBeAHeaderIsNotSent() {
    assertThat(new AgentInstance("a", "gr\nep", "é", "").header())
        .isEqualTo("start=a; host=unknown; boot=unknown; machine=unknown");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ";", "=", "start", "start=", "start=a b", "host=x", "start=\u00e9"})
  void aHeaderThatNamesNoStartIsNone(String header) {
    assertThat(AgentInstance.parse(header)).isEmpty();
    assertThat(AgentInstance.parse("start=" + "a".repeat(600))).isEmpty();
  }

  @Test
  void whatWasSeenIsWrittenAsItAlwaysWas() {
    SeenDecision seen = new SeenDecision(41, "5f1e2d3c4b5a6978", COMMIT);

    assertThat(seen.header()).isEqualTo("41 5f1e2d3c4b5a6978 " + COMMIT.value());
    assertThat(SeenDecision.parse(seen.header())).contains(seen);
    assertThat(SeenDecision.parse("7 - -")).contains(new SeenDecision(7, null, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x - -", "-1 - -", "1", "1 -", "9999999999999999999 - -", "1 - abc"})
  void whatIsNoSuchHeaderIsNone(String header) {
    assertThat(SeenDecision.parse(header)).isEmpty();
  }
}
