package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Every verb ends with the codes that its page promises, and the page has every verb. */
class ServerReferenceTest {
  private static final Path PAGE =
      Path.of(System.getProperty("pullcord.root", ".."), "docs/reference/server.md");

  /** NO is a directory without a server, IS one with a server, FILE a backup of it. */
  private static final List<String> ENDS =
      List.of(
          "0 init --state NEW",
          "2 init --state IS",
          "2 init --host a/b",
          "1 run --state IS --listen 127.0.0.1:0 --agents 203.0.113.1:1",
          "2 run --state NO",
          "0 backup FILE --state IS",
          "1 backup NO/none/x.backup --state IS",
          "2 backup FILE --state NO",
          "0 restore FILE --state EMPTY",
          "1 restore NONE --state EMPTIER",
          "2 restore FILE --state IS",
          "2 restore",
          "1 doctor --state NO",
          "2 doctor --nonsense",
          "0 admin-token --state IS",
          "2 admin-token --state NO",
          "2 migrate-store --state IS",
          "2 migrate-store --state NO",
          "0 tls show --state IS",
          "1 tls show --state NO",
          "2 tls show -o xml");

  @TempDir Path directory;

  @Test
  void everyVerbEndsAsItsPageSays() {
    RanCommand.of("init", "--state", directory.resolve("IS").toString());
    Set<String> tried = new TreeSet<>();
    for (String row : ENDS) {
      List<String> arguments = new ArrayList<>(List.of(row.substring(2).split(" ")));
      arguments.replaceAll(a -> a.matches("[A-Z]+(/.*)?") ? directory.resolve(a).toString() : a);
      RanCommand ran = RanCommand.of(arguments.toArray(new String[0]));
      assertThat(ran.code()).as(row + "\n" + ran.err()).isEqualTo(row.charAt(0) - '0');
      assertThat(ran.err()).as(row).doesNotContain("\tat ", "bug");
      tried.add(arguments.getFirst());
    }
    assertThat(tried).isEqualTo(verbs());
  }

  private static Set<String> verbs() {
    return new TreeSet<>(ServerMain.commandLine().getSubcommands().keySet());
  }

  @Test
  void thePageHasEveryVerb() throws IOException {
    String page = Files.readString(PAGE);
    for (String verb : verbs()) {
      assertThat(page).containsPattern("(?m)^\\| \\[?`" + verb + "( [^`]*)?`");
    }
  }

  @Test
  void everyVerbSaysWhatItIsFor() {
    for (CommandLine verb : ServerMain.commandLine().getSubcommands().values()) {
      assertThat(verb.getCommandSpec().usageMessage().description())
          .as(verb.getCommandName())
          .isNotEmpty();
      verb.getCommandSpec()
          .options()
          .forEach(
              option -> assertThat(option.description()).as(option.longestName()).isNotEmpty());
    }
  }
}
