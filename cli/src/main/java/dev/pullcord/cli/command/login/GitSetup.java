package dev.pullcord.cli.command.login;

import dev.pullcord.cli.host.ProgramRunner;
import dev.pullcord.client.ServerUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Teaches the user's git about one server, and about no other: which certificate to expect, and to
 * ask us for the token. Other credential helpers are switched off for that server, so that none of
 * them stores the token a second time.
 */
final class GitSetup {
  /** How Java says that there is no such program: the system's number for it. */
  private static final Pattern NOT_THERE = Pattern.compile("error[=:] ?2\\b");

  private final ProgramRunner programs;

  GitSetup(ProgramRunner programs) {
    this.programs = programs;
  }

  /** Sets it up; what went wrong, if something did. */
  Optional<String> apply(ServerUrl address, @Nullable Path certificate)
      throws InterruptedException {
    Keys keys = Keys.of(address);
    List<List<String>> steps = new ArrayList<>();
    steps.add(List.of("--replace-all", keys.helper(), ""));
    steps.add(List.of("--add", keys.helper(), "!" + quoted(programs.self()) + " git-credential"));
    if (address.url().indexOf('/', "https://".length()) > 0) { // others may share the host
      steps.add(List.of("--replace-all", keys.usePath(), "true"));
    }
    if (certificate != null) {
      steps.add(List.of("--replace-all", keys.authority(), certificate.toString()));
      steps.add(List.of("--replace-all", keys.directory(), certificate.resolveSibling("") + ""));
    }
    try {
      if (certificate == null) { // from a login before; most often there is none
        unset(List.of(keys.authority(), keys.directory()));
      }
      for (List<String> step : steps) {
        ProgramRunner.Ended ended = git(step);
        if (ended.exitCode() != 0) {
          return Optional.of("git config " + step.get(1) + ": " + ended.output().strip());
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(notStarted(e));
    }
  }

  /** Takes it back; what went wrong, if something did. */
  Optional<String> remove(ServerUrl address) throws InterruptedException {
    Keys keys = Keys.of(address);
    try {
      unset(List.of(keys.helper(), keys.usePath(), keys.authority(), keys.directory()));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(notStarted(e));
    }
  }

  /** Why git did nothing at all. */
  static String notStarted(IOException e) {
    String text = String.valueOf(e.getMessage());
    return NOT_THERE.matcher(text).find()
        ? "there is no git in PATH: install git"
        : "git could not be started: " + text;
  }

  private void unset(List<String> keys) throws IOException, InterruptedException {
    for (String key : keys) {
      git(List.of("--unset-all", key)); // fails where it is not set
    }
  }

  /**
   * What git is told about one server.
   *
   * @param helper asks us for the token
   * @param usePath gives us the path too
   * @param authority the file with the certificate
   * @param directory its directory: GIT_SSL_CAINFO in somebody's environment wins over the file,
   *     nothing is in the way of this
   */
  private record Keys(String helper, String usePath, String authority, String directory) {
    static Keys of(ServerUrl address) {
      String credential = "credential." + address.url();
      String http = "http." + address.url();
      return new Keys(
          credential + ".helper",
          credential + ".useHttpPath",
          http + ".sslCAInfo",
          http + ".sslCAPath");
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
