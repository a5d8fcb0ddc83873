package dev.pullcord.agent.stage;

import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.LocaleNames;
import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.rights.Builds;
import dev.pullcord.agent.rights.runner.RefusedBuild;
import dev.pullcord.agent.stage.tree.Differences;
import dev.pullcord.agent.stage.tree.SealedTree;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.base.text.Sha256;
import dev.pullcord.protocol.identity.ReleaseFile;
import dev.pullcord.protocol.identity.VenvInputs;
import dev.pullcord.protocol.manifest.PythonSpec;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Python environments, each made once for a key of all that it is made of, and shared by every
 * release that has the same. One is made in its place, because its programs have that path in them,
 * and counts only once it is sealed; what a kill has left is made anew. One that is damaged is set
 * aside, and put back when no new one can be made.
 */
public final class Venvs {
  private static final Duration TIMEOUT = Duration.ofMinutes(30);
  private static final int KEY_DIGITS = 24;

  /**
   * Python does not look for modules in the working directory, the release: a {@code logging.py}
   * there is the application's, and nothing for venv and pip.
   */
  private static final String ALONE = "-I";

  /** Lines that bring in more than the key knows of. */
  private static final Pattern MORE =
      Pattern.compile(
          "\\s*(-[rce]|--requirement|--constraint|--editable|\\.{1,2}/|file:|\\.\\s*$).*");

  private final StateDirectory directory;
  private final CommandRunner runner;
  private final Builds builds;
  private final Set<String> damaged = new HashSet<>();
  private final PythonFingerprints pythons;

  /** Below that directory. */
  public Venvs(StateDirectory directory, CommandRunner runner, Builds builds) {
    this.builds = builds;
    this.directory = directory;
    this.runner = runner;
    this.pythons = new PythonFingerprints(directory.tmp(), runner);
  }

  /** The key of what a commit asks for, with this node's Python. */
  public String key(PythonSpec python, List<ReleaseFile> files) {
    String inputs = VenvInputs.hash(python, files) + " " + pythons.fingerprint();
    return Sha256.hex(inputs).substring(0, KEY_DIGITS);
  }

  /**
   * Why no key can be told of what a commit asks for, for a reason of the host; empty if it can.
   */
  public Optional<String> problem(@Nullable PythonSpec python) {
    return python == null ? Optional.empty() : pythons.problem();
  }

  /** Whether it was made, and nothing was found wrong with it since. */
  public boolean made(String key) throws IOException {
    return tree(key).sealed() && !damaged.contains(key);
  }

  /** How it differs from what was made; what does is made again when it is next needed. */
  Differences damage(String key) {
    Differences found = tree(key).damage(directory.root().relativize(directory.venv(key)) + "");
    if (found.none()) {
      damaged.remove(key);
    } else {
      damaged.add(key);
    }
    return found;
  }

  private SealedTree tree(String key) {
    return new SealedTree(directory.venv(key));
  }

  /** Makes it of what is in a staged release. */
  public StepResult make(
      PythonSpec spec, String key, Surroundings staged, BooleanSupplier cancelled)
      throws IOException {
    Path requirements;
    try {
      requirements = staged.release().resolve(LocaleNames.path(spec.venv()));
      if (spec.wheels() != null) {
        LocaleNames.path(spec.wheels());
      }
    } catch (IOException e) {
      return StepResult.environmentFault("venv: " + e.getMessage(), "");
    }
    Optional<StepResult> unusable = unusable(spec, requirements);
    if (unusable.isPresent()) {
      return unusable.get();
    }
    Optional<Path> python = PythonFingerprints.python();
    if (python.isEmpty()) {
      String path = Surroundings.environment().getOrDefault("PATH", "");
      return StepResult.environmentFault("venv: no python3 on the PATH " + path, "");
    }
    return replacing(key, () -> install(spec, python.get(), key, staged, cancelled));
  }

  /** Until the new one is whole the damaged one is kept: it is better than none. */
  private StepResult replacing(String key, Installation installation) throws IOException {
    Path place = directory.venv(key);
    Path aside = place.resolveSibling(key + ".damaged");
    if (tree(key).sealed()) {
      FileTrees.delete(aside);
      AtomicFiles.rename(place, aside);
    }
    boolean whole = false;
    try {
      StepResult result = installation.run();
      whole = result.succeeded();
      return result;
    } finally {
      if (whole) {
        damaged.remove(key);
        FileTrees.delete(aside);
      } else {
        abandon(place);
        if (Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
          FileTrees.delete(place);
          AtomicFiles.rename(aside, place);
        }
      }
    }
  }

  /** What came to nothing is cleared away by whoever made it. */
  private void abandon(Path place) throws IOException {
    if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      builds.clear(place);
    }
  }

  /** Makes one in its place. */
  private interface Installation {
    StepResult run() throws IOException;
  }

  private StepResult install(
      PythonSpec spec, Path python, String key, Surroundings staged, BooleanSupplier cancelled)
      throws IOException {
    Path place = directory.venv(key);
    SealedTree tree = tree(key);
    if (!tree.exists()) {
      FileTrees.delete(place); // a link, or a file
      Files.createDirectories(place);
    }
    builds.begin(place);
    List<String> create = List.of(python.toString(), ALONE, "-m", "venv", place.toString());
    CommandResult created = run(create, staged, cancelled);
    if (!created.succeeded()) {
      return result(
          "venv: %s -m venv (is python3-venv installed?)".formatted(python), false, created);
    }
    Path requirements = staged.release().resolve(spec.venv());
    List<String> pip = pip(spec, requirements, place, staged);
    CommandResult installed = run(pip, staged, cancelled);
    if (!installed.succeeded()) {
      return result("venv: pip install -r " + spec.venv(), spec.wheels() != null, installed);
    }
    try {
      builds.adopt(place, place);
    } catch (RefusedBuild e) {
      return StepResult.releaseFault("venv: " + e.getMessage(), null, installed.output());
    }
    tree.seal();
    return new StepResult(StepRecord.Outcome.OK, "", 0, installed.output());
  }

  /** What no try can make good. */
  private static Optional<StepResult> unusable(PythonSpec spec, Path requirements)
      throws IOException {
    if (!Files.isRegularFile(requirements)) {
      return Optional.of(
          StepResult.releaseFault("python.venv: the commit has no file " + spec.venv(), null, ""));
    }
    List<String> lines =
        new String(Files.readAllBytes(requirements), StandardCharsets.UTF_8).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (MORE.matcher(lines.get(i)).matches()) {
        return Optional.of(
            StepResult.releaseFault(
                "%s:%d: \"%s\" names another file or directory, whose changes the agent would"
                        .formatted(spec.venv(), i + 1, lines.get(i).strip())
                    + " not see; one file with all requirements is expected",
                null,
                ""));
      }
    }
    return Optional.empty();
  }

  private static List<String> pip(
      PythonSpec spec, Path requirements, Path place, Surroundings staged) {
    List<String> run =
        new ArrayList<>(
            List.of(
                place.resolve("bin/python").toString(),
                ALONE,
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
                "--no-cache-dir"));
    if (spec.wheels() != null) {
      run.addAll(
          List.of(
              "--no-index", "--find-links", staged.release().resolve(spec.wheels()).toString()));
    }
    run.addAll(List.of("-r", requirements.toString()));
    return run;
  }

  /** By the release the next agent knows it for one that a killed one has left running. */
  private CommandResult run(List<String> run, Surroundings staged, BooleanSupplier cancelled) {
    Map<String, String> environment = new HashMap<>(Surroundings.environment());
    environment.put("PULLCORD_RELEASE", staged.release().toString());
    return runner.run(new Command(run, staged.release(), environment, TIMEOUT), cancelled);
  }

  /**
   * An index, a disk or a busy host is the environment's; what the commit itself brings is the
   * commit's.
   */
  private static StepResult result(String what, boolean ofRelease, CommandResult result) {
    String output = result.output();
    String reason = what + " " + how(result, "30m");
    return switch (result.end()) {
      case CANCELLED -> StepResult.abandoned(reason, output);
      case NOT_STARTED, TIMED_OUT -> StepResult.environmentFault(reason, output);
      case EXITED, TOO_MUCH_OUTPUT ->
          ofRelease && !result.killed()
              ? StepResult.releaseFault(reason, result.exitCode(), output)
              : StepResult.environmentFault(reason, output);
    };
  }

  static String how(CommandResult result, String limit) {
    if (result.mayHaveRun()) {
      return result.output();
    }
    String how =
        switch (result.end()) {
          case EXITED -> "exited " + result.exitCode();
          case TIMED_OUT -> "took longer than " + limit;
          case TOO_MUCH_OUTPUT -> "wrote more than 64 MiB";
          case CANCELLED -> "abandoned";
          case NOT_STARTED -> "not started";
        };
    String last = StepResult.lastLine(result.output());
    return how + (last.isEmpty() ? "" : ": " + last);
  }
}
