package dev.pullcord.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TempGitRemoteTest {
  @TempDir Path directory;

  @Test
  void holdsWhatWasPushed() {
    TempGitRemote remote = TempGitRemote.create(directory);
    String first = remote.push(Map.of("search/a.patterns", "error\n"), "Search for errors");
    String second = remote.push(Map.of("search/a.patterns", "warn\n"), "Search for warnings");
    assertThat(remote.git("ls-remote", remote.url(), "refs/heads/main")).startsWith(second);
    assertThat(remote.git("rev-parse", "HEAD^").strip()).isEqualTo(first);
  }

  @Test
  void saysWhatGitSaidWhenItFails() {
    TempGitRemote remote = TempGitRemote.create(directory);
    assertThatThrownBy(() -> remote.git("checkout", "nowhere")).hasMessageContaining("nowhere");
  }
}
