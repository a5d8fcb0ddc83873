package dev.pullcord.cli.command.access;

import dev.pullcord.cli.host.ProgramRunner;
import dev.pullcord.client.ServerUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Teaches the user's git about one server, and about no other: which certificate to expect, and to
 * ask us for the token. Other credential helpers are switched off for that server, so that none of
 * them stores the token a second time.
 */
final class GitSetup {
  private final ProgramRunner programs;

  GitSetup(ProgramRunner programs) {
    this.programs = programs;
  }

  /** Sets it up; what went wrong, if something did. */
  Optional<String> apply(ServerUrl address, @Nullable Path certificate)
      throws InterruptedException {
    String helper = "credential." + address.url() + ".helper";
    String authority = "http." + address.url() + ".sslCAInfo";
    // GIT_SSL_CAINFO in somebody's environment wins over sslCAInfo; nothing is in the way of this.
    String directory = "http." + address.url() + ".sslCAPath";
    List<List<String>> steps = new ArrayList<>();
    steps.add(List.of("--replace-all", helper, ""));
    steps.add(List.of("--add", helper, "!" + quoted(programs.self()) + " git-credential"));
    if (certificate != null) {
      steps.add(List.of("--replace-all", authority, certificate.toString()));
      steps.add(List.of("--replace-all", directory, certificate.resolveSibling("").toString()));
    }
    try {
      if (certificate == null) {
        git(List.of("--unset-all", authority)); // from a login before; most often there is none
        git(List.of("--unset-all", directory));
      }
      for (List<String> step : steps) {
        ProgramRunner.Ended ended = git(step);
        if (ended.exitCode() != 0) {
          return Optional.of("git config " + step.get(1) + ": " + ended.output().strip());
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("git could not be started: " + e.getMessage());
    }
  }

  private ProgramRunner.Ended git(List<String> arguments) throws IOException, InterruptedException {
    List<String> argv = new ArrayList<>(List.of("git", "config", "--global"));
    argv.addAll(arguments);
    return programs.run(argv);
  }

  /** Words for git's shell. */
  static String quoted(List<String> words) {
    return words.stream()
        .map(word -> "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }
}
