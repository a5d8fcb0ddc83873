package dev.pullcord.agent.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.base.text.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plain directories stand for the kernel's. */
class ControlGroupTest {
  @TempDir Path own;

  private Path group(String owner, String pids) throws IOException {
    String name = "command-" + owner + UUID.randomUUID() + "." + UUID.randomUUID();
    Path group = Files.createDirectory(own.resolve(name));
    Files.writeString(group.resolve("cgroup.procs"), pids);
    return group;
  }

  private static String of(String temporary) {
    return Sha256.hex(temporary).substring(0, 12) + "-";
  }

  @Test
  void anAgentThatStartsKillsNoCommandOfAnotherInTheSameControlGroup() throws IOException {
    Path ours = group(of("/state/tmp"), "");
    Path others = group(of("/other/tmp"), "1\n");
    Path ofAnOlderAgent = group("", "12\n13\n");
    Path ofAnotherOlderAgent = group("", "14\n");

    ControlGroup.killLeft(own, Path.of("/state/tmp"), pid -> pid == 13);

    assertThat(ours.resolve("cgroup.kill")).hasContent("1");
    assertThat(others.resolve("cgroup.kill")).doesNotExist();
    assertThat(ofAnOlderAgent.resolve("cgroup.kill")).hasContent("1");
    assertThat(ofAnotherOlderAgent.resolve("cgroup.kill")).doesNotExist();
  }
}
