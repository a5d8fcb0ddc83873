package dev.pullcord.agent.doctor;

import dev.pullcord.agent.worker.systemd.UnitTemplate;
import dev.pullcord.base.doctor.DoctorCheck;
import dev.pullcord.base.doctor.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;

/** Whether the agent's user may start and end the units of workers. */
final class PolkitCheck implements DoctorCheck {
  private static final long NEVER_RUNS = 0;
  private static final String FIX =
      "install the package again; by hand, docs/operating/systemd.md says where the rule goes";

  private final ExaminedAgent agent;

  PolkitCheck(ExaminedAgent agent) {
    this.agent = agent;
  }

  @Override
  public String name() {
    return "polkit";
  }

  @Override
  public Finding look() throws IOException {
    if (!agent.isService()) {
      return Finding.good(this, "the agent is no unit, and needs no rule");
    }
    String user = agent.user();
    if (user.equals("root")) {
      return Finding.good(this, "the agent is root, and needs no rule");
    }
    return switch (agent.host().user()) {
      case "root" -> rule();
      case String looking when looking.equals(user) -> mayEnd(user);
      default -> Finding.good(this, "not looked at: run this as root or as " + user);
    };
  }

  private Finding rule() throws IOException {
    Optional<Path> rule = agent.host().polkit().stream().filter(Files::exists).findFirst();
    if (rule.isEmpty()) {
      return Finding.bad(this, agent.host().polkit().getFirst() + " is not there", FIX);
    }
    Path file = rule.get();
    // polkit has a user of its own, and passes over in silence what that user may not read.
    PosixFileAttributes read = Files.readAttributes(file, PosixFileAttributes.class);
    boolean byGroup =
        read.permissions().contains(PosixFilePermission.GROUP_READ)
            && read.group().getName().equals("polkitd");
    return byGroup || read.permissions().contains(PosixFilePermission.OTHERS_READ)
        ? Finding.good(this, file + " is there")
        : Finding.bad(
            this,
            file + " may be read by its owner alone, and polkit is another user",
            "chmod 644 " + file + " && systemctl restart polkit");
  }

  private Finding mayEnd(String user) throws IOException {
    return agent
        .host()
        .units()
        .whyNotEnd(UnitTemplate.instance(NEVER_RUNS, Optional.empty()))
        .map(said -> Finding.bad(this, "polkit refuses user " + user + ": " + said, FIX))
        .orElseGet(
            () -> Finding.good(this, "user " + user + " may start and end the units of workers"));
  }
}
