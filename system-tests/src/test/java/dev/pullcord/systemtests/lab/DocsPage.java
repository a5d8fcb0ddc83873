package dev.pullcord.systemtests.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The commands that a page of docs/operating tells an administrator to type, word for word. */
final class DocsPage {
  private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

  private DocsPage() {}

  /** All commands of a section, in the order in which they are typed. */
  static String commands(String name, String heading) {
    String page;
    try {
      page = Files.readString(LabHost.ROOT.resolve("docs/operating/" + name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Matcher section =
        Pattern.compile("\n#+ " + Pattern.quote(heading) + "\n(.*?)(?=\n## |\\z)", Pattern.DOTALL)
            .matcher(page);
    if (!section.find()) {
      throw new AssertionError("docs/operating/" + name + " has no section " + heading);
    }
    String all =
        COMMANDS
            .matcher(section.group(1))
            .results()
            .map(block -> block.group(1))
            .collect(Collectors.joining());
    if (all.isEmpty()) {
      throw new AssertionError("no commands below " + heading);
    }
    return all;
  }
}
