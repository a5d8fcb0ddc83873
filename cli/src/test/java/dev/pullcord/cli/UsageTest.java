package dev.pullcord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.fake.Machine;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class UsageTest {
  @TempDir Path home;
  private Machine machine;

  @BeforeEach
  void freshMachine() {
    machine = new Machine(home);
  }

  @Test
  void helpListsTheVerbsAndHidesWhatIsNotForPeople() {
    assertThat(machine.run("--help")).isZero();
    assertThat(machine.out()).contains("  login ", "  completion ").doesNotContain("git-cred");
    assertThat(machine.run("help", "pin")).isZero();
    assertThat(machine.out()).contains("Usage: pullcord pin");
    assertThat(machine.run("node", "remove", "--help")).isZero();
    assertThat(machine.out()).contains("Usage: pullcord node remove");
  }

  @Test
  void everyVerbHasHelp() {
    assertThat(DocumentationTest.verbs())
        .allSatisfy(verb -> {
          assertThat(machine.run(verb, "--help")).isZero();
          assertThat(machine.out()).startsWith("Usage: pullcord " + verb).contains("-o");
        });
  }

  @Test
  void everyHelpFitsAnOrdinaryTerminalAndSaysADefaultInOneForm() {
    List<String> pages = new ArrayList<>(List.of("help"));
    DocumentationTest.verbs().forEach(verb -> pages.add("help " + verb));
    for (String page : pages) {
      assertThat(machine.run(page.split(" "))).isZero();
      assertThat(machine.out().lines()).as(page).allMatch(line -> line.length() <= 80);
      assertThat(machine.out()).as(page).doesNotContainPattern("(?i)left out|default(?![:.])");
    }
  }

  @Test
  void whatIsMissingIsNamedAsItIsTyped() {
    assertThat(machine.run("pause", "main")).isEqualTo(2);
    assertThat(machine.err())
        .isEqualTo("pullcord: --reason TEXT is missing (pullcord pause --help)\n");
    assertThat(machine.run("freeze")).isEqualTo(2);
    assertThat(machine.err())
        .isEqualTo("pullcord: --for TIME and --reason TEXT are missing (pullcord freeze --help)\n");
    assertThat(machine.run("label")).isEqualTo(2);
    assertThat(machine.err())
        .isEqualTo("pullcord: NODE... KEY=VALUE... KEY-... is missing (pullcord label --help)\n");
    assertThat(machine.run("resume", "--help")).isZero();
    assertThat(machine.out()).contains("[--reason=TEXT]");
    assertThat(machine.run("pause", "--help")).isZero();
    assertThat(machine.out()).contains(" --reason=TEXT ").doesNotContain("[--reason");
  }

  @Test
  void theFirstSentenceAboutAVerbIsWhole() {
    assertThat(machine.run("--help")).isZero();
    assertThat(machine.out())
        .contains("  Pushes with -o gate that are under way, each with its canaries\n")
        .contains("  The last lines of a node's workers, or of one of them\n");
  }

  @Test
  void versionIsOneLine() {
    assertThat(machine.run("--version")).isZero();
    assertThat(machine.out()).containsPattern("^pullcord \\S.*\n$");
  }

  @Test
  void misspeltVerbIsRecognised() {
    assertThat(machine.run("statsu")).isEqualTo(2);
    assertThat(machine.err())
        .isEqualTo("pullcord: no verb statsu; did you mean status? (pullcord --help)\n");
    assertThat(machine.run("nodes", "--stat=x")).isEqualTo(2);
    assertThat(machine.err()).contains("did you mean --state?").hasLineCount(1);
    assertThat(machine.run("wait", "a", "b")).isEqualTo(2);
    assertThat(machine.run("status", "-o", "yaml")).isEqualTo(2);
    assertThat(machine.err()).contains("json");
  }

  @Test
  void withoutAVerbItIsWrongUsageAndShowsHelp() {
    assertThat(machine.run()).isEqualTo(2);
    assertThat(machine.err()).contains("which verb?", "\nLook\n  status", "\nAccess\n  tokens");
    assertThat(machine.out()).isEmpty();
  }

  @Test
  void notSignedInSaysHow() {
    assertThat(machine.run("status")).isEqualTo(4);
    assertThat(machine.err()).contains("pullcord login https://").hasLineCount(1);
  }

  @Test
  void unknownTokenSaysHow() throws IOException {
    try (FakeServer server = new FakeServer()) {
      machine.set("PULLCORD_URL", server.url());
      machine.set("PULLCORD_TOKEN", "old");
      assertThat(machine.run("nodes", "-o", "json")).isEqualTo(4);
      assertThat(machine.err())
          .startsWith(
              "the token in PULLCORD_TOKEN does not work here: set another, or unset it; pullcord"
                  + " login http://")
          .contains("pullcord login " + server.url())
          .hasLineCount(1);
      assertThat(machine.out()).isEmpty();
    }
  }

  @Test
  void unreachableServerIsOneLine() {
    machine.set("PULLCORD_URL", "http://127.0.0.1:1");
    machine.set("PULLCORD_TOKEN", "t");
    assertThat(machine.run("status")).isEqualTo(5);
    assertThat(machine.err()).contains("cannot reach http://127.0.0.1:1").hasLineCount(1);
  }

  @Test
  void problemsOfTheServerAreShownEscaped() throws IOException {
    try (FakeServer server = new FakeServer()) {
      Machine signedIn = Machine.signedIn(home, server);
      server.odd(
          "/api/v1/fleet",
          503,
          "application/problem+json",
          "{\"code\":\"BUSY\",\"detail\":\"a\\u001b[2J\\nb\",\"status\":503,\"requestId\":\"r7\"}");
      assertThat(signedIn.run("status", "-o", "json")).isEqualTo(5);
      assertThat(signedIn.err()).isEqualTo("a\\u001b[2J\\u000ab; request r7 in the server's log\n");
    }
  }

  @Test
  void bugOfOursSaysWhereItsDetailsAre() throws IOException {
    try (FakeServer server = new FakeServer()) {
      Machine signedIn = Machine.signedIn(home, server);
      signedIn.writeTo(
          new OutputStream() {
            @Override
            public void write(int b) {
              throw new IllegalStateException("planted");
            }
          });
      assertThat(signedIn.run("status")).isEqualTo(70);
      assertThat(signedIn.err()).contains("IllegalStateException", "details: ").hasLineCount(1);
      Path details = Path.of(signedIn.err().replaceFirst("(?s).*details: (.*)\n", "$1"));
      assertThat(details).content().contains("planted", "at dev.pullcord.cli");
      Files.delete(details);
    }
  }

  @Test
  void readerThatGoesAwayIsNoError() throws IOException {
    try (FakeServer server = new FakeServer()) {
      server.fleet().set("grep-1", NodeState.CONVERGED, "");
      Machine signedIn = Machine.signedIn(home, server);
      signedIn.writeTo(
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              throw new IOException("Broken pipe");
            }
          });
      for (String verb : List.of("nodes", "status", "wait")) {
        assertThat(signedIn.run(verb)).isZero();
        assertThat(signedIn.err()).isEmpty();
      }
    }
  }

  @Test
  void coloursOnlyATerminalThatWantsThem() throws IOException {
    try (FakeServer server = new FakeServer()) {
      server.fleet().set("grep-1", NodeState.CONVERGED, "");
      Machine signedIn = Machine.signedIn(home, server);
      signedIn.run("status");
      assertThat(signedIn.out()).doesNotContain("\033");
      signedIn.terminal().isWatched();
      signedIn.run("status");
      assertThat(signedIn.out()).startsWith("\033[1;32mconverged 1/1\033[0m \033[32m✓\033[0m\n");
      signedIn.set("NO_COLOR", "1");
      signedIn.run("status");
      assertThat(signedIn.out()).startsWith("converged 1/1 ✓\n");
      signedIn.set("LANG", "C");
      signedIn.run("status");
      assertThat(signedIn.out()).startsWith("converged 1/1 +\n");
    }
  }
}
