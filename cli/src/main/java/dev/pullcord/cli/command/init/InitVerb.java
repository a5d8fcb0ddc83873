package dev.pullcord.cli.command.init;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.cli.command.Verb;
import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.command.View;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.cli.output.StyledLine;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pullcord init}: a first manifest from what the repository has. */
@Command(
    name = "init",
    description = "Look at a repository and write its first pullcord.yaml. It needs no server.")
public final class InitVerb extends Verb {
  private static final String FILE = "pullcord.yaml";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIRECTORY",
      description = "The repository; default: the current directory.")
  @Nullable String directory;

  @Option(names = "--stdout", description = "Print it, and write nothing.")
  boolean print;

  /** The verb. */
  public InitVerb(VerbContext context) {
    super(context);
  }

  /**
   * What was written, for programs.
   *
   * @param file where; null when nothing was written
   * @param manifest the text
   */
  record Written(@Nullable String file, String manifest) {}

  @Override
  protected View run() {
    Path repository = Path.of(directory == null ? "." : directory);
    if (!Files.isDirectory(repository)) {
      throw Failure.usage(repository + " is no directory; the repository's expected");
    }
    try {
      RepositoryContents contents = RepositoryContents.of(repository);
      if (contents.isEmpty()) {
        throw Failure.usage(
            repository.toAbsolutePath().normalize()
                + " has nothing to deploy: directories with code or search files expected");
      }
      String manifest = checked(repository, ManifestDraft.of(contents));
      if (print) {
        return View.of(
            new Written(null, manifest),
            () -> manifest.stripTrailing().lines().map(StyledLine::of).toList());
      }
      Path file = repository.resolve(FILE);
      write(file, manifest);
      return View.of(new Written(file.toString(), manifest), () -> told(file, contents));
    } catch (IOException | UncheckedIOException e) {
      String why = FileFault.of(e);
      throw new Failure(ExitCode.FAILED, "cannot look at " + repository + ": " + why, e);
    }
  }

  private static void write(Path file, String manifest) {
    try {
      Files.writeString(file, manifest, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new Failure(
          ExitCode.REFUSED, file + " is there already and stays; --stdout prints a new one", e);
    } catch (IOException e) {
      String why = FileFault.of(e);
      throw new Failure(ExitCode.FAILED, "cannot write " + file + ": " + why, e);
    }
  }

  /** What this program writes, a push accepts. */
  private static String checked(Path repository, String manifest) {
    if (ManifestParser.parse(manifest.getBytes(StandardCharsets.UTF_8))
        instanceof ManifestResult.Invalid(List<ManifestProblem> problems)) {
      throw Failure.usage(
          "no first manifest of %s would be accepted: %s; write %s by hand"
              .formatted(
                  repository.toAbsolutePath().normalize(),
                  problems.stream().map(ManifestProblem::text).collect(Collectors.joining("; ")),
                  FILE));
    }
    return manifest;
  }

  private static List<StyledLine> told(Path file, RepositoryContents contents) {
    List<String> lines = new ArrayList<>();
    lines.add("wrote " + file);
    contents.apps().forEach(app -> lines.add("  worker " + app.worker() + " runs " + app.module()));
    if (contents.apps().isEmpty()) {
      lines.add("  no Celery application was found: name what is to run under workers");
    }
    if (!contents.data().isEmpty()) {
      lines.add("  workers keep running when " + String.join(", ", contents.data()) + " changes");
    }
    contents.cut().forEach(d -> lines.add("  " + RepositoryContents.cutShort(d)));
    lines.add("next: read it, then git add " + FILE + " && git commit");
    lines.add("  once: git remote add pullcord https://HOST:8420/git/fleet.git");
    lines.add("  git push pullcord HEAD:main");
    return lines.stream().map(StyledLine::of).toList();
  }
}
