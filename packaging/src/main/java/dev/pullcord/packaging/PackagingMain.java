package dev.pullcord.packaging;

import dev.pullcord.agent.main.AgentMain;
import dev.pullcord.cli.Main;
import dev.pullcord.server.ServerMain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine;

/** The steps of {@code scripts/package.sh} that are Java's; the first argument is the step. */
public final class PackagingMain {
  private PackagingMain() {}

  /** Does one step. Ends with 2 when it is called in a way that it does not know. */
  public static void main(String[] arguments) throws IOException {
    List<String> given = List.of(arguments);
    String step = given.isEmpty() ? "" : given.getFirst();
    List<Path> paths = given.stream().skip(1).map(Path::of).toList();
    switch (step + " " + paths.size()) {
      case "jars 2" -> new JarCopies(paths.get(0)).writeTo(paths.get(1));
      case "resolve 1" -> ClassList.resolveJavas(paths.get(0));
      case "chance 1" -> ClassList.resolveChance(paths.get(0));
      case "classes 4" -> ClassList.write(paths.get(0), paths.get(1), paths.get(2), paths.get(3));
      case "record 3" -> RecordedClasses.record(paths.get(0), paths.get(1), paths.get(2));
      case "settle 2" -> CacheTwins.settle(paths.get(0), paths.get(1));
      case "pages 3" -> pages(given.get(1), Instant.ofEpochSecond(number(given)), paths.get(2));
      case "notices 3" -> Notices.write(paths.get(0), paths.get(1), paths.get(2));
      default -> {
        System.err.println("packaging: no step " + String.join(" ", given));
        System.exit(2);
      }
    }
  }

  private static long number(List<String> given) {
    return Long.parseLong(given.get(2));
  }

  private static void pages(String name, Instant written, Path target) throws IOException {
    new ProgramPages(program(name).getCommandSpec(), written).writeTo(target);
  }

  private static CommandLine program(String name) {
    return switch (name) {
      case "pullcord-agent" -> AgentMain.commandLine();
      case "pullcord-server" -> ServerMain.commandLine();
      case "pullcord" -> Main.commandLine();
      default -> throw new IllegalArgumentException(name + ": is no program of Pullcord");
    };
  }
}
