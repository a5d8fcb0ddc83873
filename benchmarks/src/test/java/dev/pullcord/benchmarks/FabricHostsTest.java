package dev.pullcord.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FabricHostsTest {
  @Test
  void nobodyReachesTheDaemonsFromAnotherMachineOrWithAPassword() {
    String config = FabricHosts.config(Path.of("/tmp/hosts"), 2222, 17, 18);

    assertThat(config.lines().filter(line -> line.startsWith("ListenAddress")))
        .containsExactly("ListenAddress 127.0.0.17:2222", "ListenAddress 127.0.0.18:2222");
    assertThat(config.lines())
        .contains(
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password");
  }
}
