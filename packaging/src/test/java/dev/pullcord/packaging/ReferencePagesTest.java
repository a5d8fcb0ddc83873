package dev.pullcord.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.main.AgentMain;
import dev.pullcord.server.ServerMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The reference of both daemons' programs has each verb with its options, as the programs have
 * them. The operator's command has a section for each verb, which a test of its own compares.
 */
class ReferencePagesTest {
  private static final Path ROOT = Path.of(System.getProperty("pullcord.root", ".."));

  private static final String HEAD = "\n| verb | options |\n|---|---|\n";

  @Test
  void thePagesHaveEachVerbWithItsOptions() throws IOException {
    Map<String, CommandSpec> pages =
        Map.of(
            "agent.md", AgentMain.commandLine().getCommandSpec(),
            "server.md", ServerMain.commandLine().getCommandSpec());
    for (Map.Entry<String, CommandSpec> page : pages.entrySet()) {
      String text = Files.readString(ROOT.resolve("docs/reference").resolve(page.getKey()));
      String rows = text.substring(text.indexOf(HEAD) + HEAD.length()).split("\n\n")[0];
      assertThat(rows.lines())
          .as(page.getKey())
          .containsExactlyInAnyOrderElementsOf(rows(page.getValue(), "").lines().toList());
    }
  }

  private static String rows(CommandSpec program, String before) {
    return program.subcommands().entrySet().stream()
        .filter(verb -> !verb.getValue().getCommandSpec().usageMessage().hidden())
        .flatMap(verb -> {
          CommandSpec spec = verb.getValue().getCommandSpec();
          String name = before + verb.getKey();
          String row = spec.subcommands().isEmpty() ? row(name, spec) : "";
          return Stream.of(row, rows(spec, name + " "));
        })
        .collect(Collectors.joining());
  }

  private static String row(String name, CommandSpec verb) {
    String positional =
        verb.positionalParameters().stream()
            .filter(p -> !p.hidden())
            .map(p -> p.required() ? p.paramLabel() : "[" + p.paramLabel() + "]")
            .collect(Collectors.joining(" "));
    String options =
        verb.options().stream()
            .filter(o -> !o.usageHelp() && !o.versionHelp() && !o.hidden())
            .map(ReferencePagesTest::option)
            .sorted()
            .collect(Collectors.joining(", "));
    return "| `%s` | %s |\n"
        .formatted((name + " " + positional).strip().replace("|", "\\|"), options);
  }

  private static String option(OptionSpec option) {
    String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
    String names =
        Arrays.stream(option.names())
            .filter(Objects::nonNull)
            .sorted()
            .collect(Collectors.joining("`, `"));
    return "`" + names + value + "`";
  }
}
