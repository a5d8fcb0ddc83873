package dev.pullcord.agent.doctor;

import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.LocalCommands;
import dev.pullcord.agent.host.command.Programs;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the programs are there that this agent starts; Python only where a release needs it. */
final class AgentProgramsCheck implements DoctorCheck {
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(20);

  private final ExaminedAgent agent;

  AgentProgramsCheck(ExaminedAgent agent) {
    this.agent = agent;
  }

  @Override
  public String name() {
    return "programs";
  }

  @Override
  public Finding look() throws IOException {
    List<String> wanted = new ArrayList<>(List.of("sh", "setsid"));
    boolean venvs = hasVenvs();
    if (venvs || needsPython()) {
      wanted.add("python3");
    }
    List<String> missing = wanted.stream().filter(name -> find(name).isEmpty()).toList();
    if (!missing.isEmpty()) {
      return Finding.bad(
          this,
          "not on the PATH "
              + agent.host().environment().getOrDefault("PATH", "")
              + ": "
              + String.join(", ", missing),
          "install them: setsid is in util-linux, python3 in a package of its name");
    }
    Optional<Path> python = find("python3");
    if (venvs && python.isPresent() && !canMakeVenvs(python.get())) {
      return Finding.bad(
          this,
          python.get() + " has no module venv with pip, and a release asks for an environment",
          "apt install python3-venv");
    }
    return Finding.good(this, String.join(", ", wanted) + " are there");
  }

  private Optional<Path> find(String program) {
    return Programs.onPath(program, agent.host().environment());
  }

  private boolean hasVenvs() throws IOException {
    Path venvs = agent.state().resolve("cache/venvs");
    if (!Files.isDirectory(venvs)) {
      return false;
    }
    try (DirectoryStream<Path> made = Files.newDirectoryStream(venvs)) {
      return made.iterator().hasNext();
    }
  }

  private boolean needsPython() throws IOException {
    Path journal = agent.state().resolve("journal");
    return Files.exists(journal)
        && Journal.peek(journal).activeRelease().stream()
            .flatMap(release -> release.workers().values().stream())
            .map(WorkerDefinition::spec)
            .anyMatch(spec -> spec.work().needsPython());
  }

  private boolean canMakeVenvs(Path python) {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    Command command =
        new Command(
            List.of(python.toString(), "-c", "import venv, ensurepip"),
            temporary,
            agent.host().environment(),
            ANSWERS_WITHIN);
    CommandResult result = new LocalCommands(temporary, agent.clock()).run(command, () -> false);
    return result.succeeded();
  }
}
