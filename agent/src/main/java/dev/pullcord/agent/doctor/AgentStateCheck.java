package dev.pullcord.agent.doctor;

import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.state.StateDirectoryException;
import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether the state directory is there, belongs to one user, nobody else can write in it, and this
 * version can read its journal.
 */
final class AgentStateCheck implements DoctorCheck {
  private final ExaminedAgent agent;

  AgentStateCheck(ExaminedAgent agent) {
    this.agent = agent;
  }

  @Override
  public String name() {
    return "state";
  }

  @Override
  public Finding look() throws IOException {
    Path state = agent.state();
    if (!Files.isDirectory(state)) {
      return Finding.bad(
          this,
          state + " is not there: no agent ever ran on it",
          "pullcord-agent join https://SERVER:8421, or name the directory with --state");
    }
    boolean root = agent.host().user().equals("root");
    List<String> problems = StateDirectory.problems(state.toRealPath(), root);
    if (!problems.isEmpty()) {
      return Finding.bad(this, String.join("\n", problems), "run the command that it ends with");
    }
    String owner = agent.user();
    List<Path> others = ofOthers(state, owner);
    if (!others.isEmpty()) {
      return Finding.bad(
          this,
          "%s belongs to %s, the directory to %s"
              .formatted(others.getFirst(), Files.getOwner(others.getFirst()), owner),
          "chown " + owner + " " + others.getFirst());
    }
    Path journal = state.resolve("journal");
    if (Journal.isOfNewer(journal)) {
      return Finding.bad(
          this,
          String.valueOf(StateDirectoryException.newer(journal).getMessage()),
          "install the newer pullcord-agent again, then systemctl start pullcord-agent");
    }
    return Finding.good(this, state + ", of user " + owner);
  }

  private static List<Path> ofOthers(Path state, String owner) throws IOException {
    List<Path> others = new ArrayList<>();
    try (Stream<Path> parts = Files.list(state)) {
      for (Path part : parts.sorted().toList()) {
        if (!Files.getOwner(part, LinkOption.NOFOLLOW_LINKS).getName().equals(owner)) {
          others.add(part);
        }
      }
    }
    return others;
  }
}
