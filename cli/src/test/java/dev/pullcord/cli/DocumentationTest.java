package dev.pullcord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.fake.Machine;
import dev.pullcord.cli.host.Host;
import dev.pullcord.protocol.error.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class DocumentationTest {
  private static final Path PAGE =
      Path.of(System.getProperty("pullcord.root", ".."), "docs/reference/cli.md");

  @TempDir Path home;

  private static CommandLine command() {
    VerbContext context = new VerbContext(Host.real());
    CommandLine command = new CommandLine(new Pullcord(context));
    Verbs.addAll(command, context);
    return command;
  }

  /** The verbs that people may call. */
  static List<String> verbs() {
    return command().getSubcommands().entrySet().stream()
        .filter(e -> !e.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey)
        .toList();
  }

  @Test
  void everyVerbAndOptionIsInTheReference() throws IOException {
    String page = Files.readString(PAGE);
    CommandLine command = command();
    for (String verb : verbs()) {
      assertThat(page).contains("\n### `" + verb + "`");
      String section = page.substring(page.indexOf("\n### `" + verb + "`") + 1).split("\n##")[0];
      for (OptionSpec option :
          Objects.requireNonNull(command.getSubcommands().get(verb)).getCommandSpec().options()) {
        if (!option.usageHelp() && !option.inherited()) {
          assertThat(section).as(verb).contains(option.longestName());
        }
      }
    }
    assertThat(page).contains("`node remove NAME [--yes]`");
  }

  @Test
  void everyVerbInTheReferenceIsBuilt() throws IOException {
    List<String> verbs = verbs();
    assertThat(Files.readString(PAGE).lines().filter(l -> l.startsWith("### `")))
        .allSatisfy(l -> assertThat(verbs).contains(l.replaceAll("### `([a-z-]+).*", "$1")));
  }

  @Test
  void everyExitCodeAndVariableIsInTheReference() throws IOException {
    String page = Files.readString(PAGE);
    for (ExitCode code : ExitCode.values()) {
      assertThat(page).contains("\n| " + code.code() + " |");
    }
    assertThat(page)
        .contains(
            "`PULLCORD_URL`",
            "`PULLCORD_TOKEN`",
            "`PULLCORD_FINGERPRINT`",
            "`XDG_CONFIG_HOME`",
            "`NO_COLOR`");
  }

  @Test
  void helpAndReferenceNameTheSameVerbs() {
    Machine machine = new Machine(home);
    assertThat(machine.run("--help")).isZero();
    assertThat(verbs()).allSatisfy(verb -> assertThat(machine.out()).contains("\n  " + verb + " "));
  }
}
