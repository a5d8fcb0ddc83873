package dev.pullcord.packaging;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The man page of a program, in roff, from the same model that its {@code --help} is made of. One
 * page has all commands, each with its options.
 *
 * @param section 1 for what people type, 8 for daemons
 * @param written the date in the page's foot
 */
record ManPage(CommandSpec program, int section, Instant written) {
  String text() {
    StringBuilder page = new StringBuilder();
    String name = program.name();
    page.append(
        ".TH %s %d %s Pullcord\n"
            .formatted(
                name.toUpperCase(Locale.ROOT),
                section,
                written.atZone(ZoneOffset.UTC).toLocalDate()));
    page.append(".SH NAME\n%s \\- %s\n".formatted(roff(name), roff(summary(program))));
    page.append(".SH SYNOPSIS\n");
    synopsis(page, program);
    List<String> more = Arrays.asList(program.usageMessage().description());
    if (more.size() > 1) {
      page.append(".SH DESCRIPTION\n");
      more.forEach(line -> page.append(roff(line)).append('\n'));
    }
    arguments(page, program);
    if (!commands(program).isEmpty()) {
      page.append(".SH COMMANDS\n");
      commands(program).values().forEach(command -> command(page, command.getCommandSpec()));
    }
    footer(page, program);
    page.append(".SH SEE ALSO\n/usr/share/doc/").append(roff(name)).append("/\n");
    return page.toString();
  }

  private static void command(StringBuilder page, CommandSpec command) {
    page.append(".SS ").append(roff(command.qualifiedName(" "))).append('\n');
    synopsis(page, command);
    page.append(".PP\n");
    for (String line : sentences(command)) {
      page.append(roff(line)).append('\n');
    }
    arguments(page, command);
    for (String line : command.usageMessage().footer()) {
      page.append(line.isBlank() ? ".PP\n" : roff(line) + "\n.br\n");
    }
    commands(command).values().forEach(below -> command(page, below.getCommandSpec()));
  }

  private static void synopsis(StringBuilder page, CommandSpec command) {
    Help help = new Help(command, Help.defaultColorScheme(Help.Ansi.OFF));
    page.append(".nf\n");
    help.synopsis(0).lines().forEach(line -> page.append(roff(line)).append('\n'));
    page.append(".fi\n");
  }

  private static void arguments(StringBuilder page, CommandSpec command) {
    boolean top = command.parent() == null;
    if (top) {
      page.append(".SH OPTIONS\n");
    }
    for (PositionalParamSpec positional : command.positionalParameters()) {
      item(page, positional.paramLabel(), positional);
    }
    for (OptionSpec option : command.options()) {
      if (!option.hidden() && (top || !option.inherited())) {
        String names = String.join(", ", option.names());
        item(page, option.arity().max() == 0 ? names : names + " " + option.paramLabel(), option);
      }
    }
  }

  private static void item(StringBuilder page, String heading, ArgSpec argument) {
    if (argument.hidden()) {
      return;
    }
    page.append(".TP\n.B ").append(roff(heading)).append('\n');
    String text =
        String.join(" ", argument.description())
            .replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValueString(true)))
            .strip();
    page.append(roff(text.isEmpty() ? heading : text)).append('\n');
  }

  private static void footer(StringBuilder page, CommandSpec command) {
    String footer = String.join("\n", command.usageMessage().footer()).strip();
    if (!footer.isEmpty()) {
      page.append(".SH NOTES\n");
      footer.lines().forEach(line -> page.append(roff(line)).append('\n'));
    }
  }

  private static String summary(CommandSpec command) {
    return sentences(command).stream().findFirst().orElse(command.name()).replaceAll("\\.$", "");
  }

  private static List<String> sentences(CommandSpec command) {
    String[] description = command.usageMessage().description();
    return List.of(description.length > 0 ? description : command.usageMessage().header());
  }

  private static Map<String, CommandLine> commands(CommandSpec command) {
    Map<String, CommandLine> shown = new LinkedHashMap<>();
    command
        .subcommands()
        .forEach((name, below) -> {
          CommandSpec spec = below.getCommandSpec();
          if (!spec.usageMessage().hidden() && spec.name().equals(name)) {
            shown.put(name, below);
          }
        });
    return shown;
  }

  /** Text in which nothing is a request of roff. */
  static String roff(String text) {
    String escaped = text.stripTrailing().replace("\\", "\\e").replace("-", "\\-");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }
}
