package dev.pullcord.protocol.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodedTextTest {
  @Test
  void peopleAreToldTheSentenceAndTheCodeIsThereToLookItUp() {
    String text = "REF_NON_FF  main 1…2 would take commits back; push a commit on top";
    assertThat(CodedText.sentence(text))
        .isEqualTo("main 1…2 would take commits back; push a commit on top");
    assertThat(CodedText.code(text)).contains("REF_NON_FF");
  }

  @Test
  void aSentenceWithinAnotherLosesItsCodeToo() {
    assertThat(
            CodedText.sentence(
                "no node can run 0000006: MANIFEST_TYPE  pullcord.yaml:3:1  workers: no map;"
                    + " MANIFEST_REQUIRED  pullcord.yaml:5:1  the key kind is missing"))
        .isEqualTo(
            "no node can run 0000006: pullcord.yaml:3:1 workers: no map; pullcord.yaml:5:1 the key"
                + " kind is missing");
  }

  @Test
  void whatAProgramPrintedStaysAsItIsBehindACodeToo() {
    assertThat(
            CodedText.sentence(
                "GATE_FAILED  canary a: check exited 1: A_B  1  2; MY_ERROR  no  no"))
        .isEqualTo("canary a: check exited 1: A_B  1  2; MY_ERROR  no  no");
  }

  @Test
  void whyACommitIsNotDeployedLosesItsCodeAndKeepsItsPlace() {
    String text = "bbbbbbb is not deployed: MANIFEST_TYPE  pullcord.yaml:7:3  a list, and 1 more";
    assertThat(CodedText.sentence(text))
        .isEqualTo("bbbbbbb is not deployed: pullcord.yaml:7:3 a list, and 1 more");
    assertThat(CodedText.code(text)).contains("MANIFEST_TYPE");
  }

  @Test
  void aPlaceMayHaveABlankInIt() {
    assertThat(CodedText.sentence("TREE_PATH  \"a b\"  no such name"))
        .isEqualTo("\"a b\" no such name");
    assertThat(CodedText.sentence("OBJECT_INVALID  tree abc1234  a name twice"))
        .isEqualTo("tree abc1234 a name twice");
  }

  @Test
  void aLineThatIsIndentedStaysSo() {
    assertThat(CodedText.sentence("  TREE_LIMIT  \"a\"  a directory of 9 MiB"))
        .isEqualTo("  \"a\" a directory of 9 MiB");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "check bin/check exited 1: ERROR  no such file",
        "the variable MY_TOKEN is not set",
        "two  blanks stay where no code is",
        "check bin/check exited 1: MY_ERROR  no such file",
        "worker grep exited 3; MY_ERROR  no such file",
        "it said this:\nMY_ERROR  no such file",
        ""
      })
  void whatIsNoCodeStays(String text) {
    assertThat(CodedText.sentence(text)).isEqualTo(text);
    assertThat(CodedText.code(text)).isEmpty();
  }
}
