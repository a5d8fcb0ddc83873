package dev.pullcord.git;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.jgit.util.SystemReader;
import org.junit.jupiter.api.Test;

class IsolatedGitTest {
  @Test
  void readsNoConfigurationAndNoEnvironmentOfTheHost() throws Exception {
    IsolatedGit.install(new IsolatedGit.Memory(1 << 20, 1 << 20));
    SystemReader reader = SystemReader.getInstance();

    assertThat(reader.getUserConfig().getSections()).isEmpty();
    assertThat(reader.getSystemConfig().getSections()).isEmpty();
    assertThat(reader.getJGitConfig().getSections()).isEmpty();
    assertThat(reader.getenv("PATH")).isNull();
  }
}
