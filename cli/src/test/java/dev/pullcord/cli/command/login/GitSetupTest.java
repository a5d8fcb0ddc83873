package dev.pullcord.cli.command.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.host.ProgramRunner;
import dev.pullcord.client.ServerUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GitSetupTest {
  private static final ServerUrl FLEET = ServerUrl.parse("https://fleet.example:8420");
  private static final Path PEM = Path.of("/home/ann/trust/fleet/server.pem");

  /** Keeps what git was asked; fails where a test says so. */
  private static final class RecordingGit implements ProgramRunner {
    private final List<String> asked = new ArrayList<>();
    private @Nullable String refuses;
    private boolean missing;

    @Override
    public Ended run(List<String> argv) throws IOException {
      if (missing) {
        new ProcessBuilder("/nonexistent/git").start();
      }
      String line = String.join(" ", argv.subList(3, argv.size()));
      asked.add(line);
      boolean refused = refuses != null && line.contains(refuses);
      return refused ? new Ended(4, "could not lock config file\n") : new Ended(0, "");
    }

    @Override
    public int hand(List<String> argv) {
      throw new AssertionError("git config needs no terminal");
    }

    @Override
    public List<String> self() {
      return List.of("/opt/pullcord");
    }
  }

  private final RecordingGit git = new RecordingGit();
  private final GitSetup setup = new GitSetup(git);

  @Test
  void tellsGitAboutThatServerOnly() throws Exception {
    assertThat(setup.apply(FLEET, PEM)).isEmpty();
    assertThat(git.asked)
        .containsExactly(
            "--replace-all credential.https://fleet.example:8420.helper ",
            "--add credential.https://fleet.example:8420.helper !'/opt/pullcord' git-credential",
            "--replace-all http.https://fleet.example:8420.sslCAInfo " + PEM,
            "--replace-all http.https://fleet.example:8420.sslCAPath " + PEM.getParent());
  }

  @Test
  void aCertificateOfALoginBeforeIsForgottenWhereTheSystemVouches() throws Exception {
    assertThat(setup.apply(FLEET, null)).isEmpty();
    assertThat(git.asked)
        .startsWith(
            "--unset-all http.https://fleet.example:8420.sslCAInfo",
            "--unset-all http.https://fleet.example:8420.sslCAPath");
  }

  @Test
  void aServerBelowAPathIsAskedForWithItsPath() throws Exception {
    setup.apply(ServerUrl.parse("https://proxy.example/lab"), null);
    assertThat(git.asked)
        .contains("--replace-all credential.https://proxy.example/lab.useHttpPath true");
  }

  @Test
  void takesEverythingBack() throws Exception {
    assertThat(setup.remove(FLEET)).isEmpty();
    assertThat(git.asked)
        .containsExactly(
            "--unset-all credential.https://fleet.example:8420.helper",
            "--unset-all credential.https://fleet.example:8420.useHttpPath",
            "--unset-all http.https://fleet.example:8420.sslCAInfo",
            "--unset-all http.https://fleet.example:8420.sslCAPath");
  }

  @Test
  void saysWhatGitDidNotDo() throws Exception {
    git.refuses = "sslCAInfo";
    assertThat(setup.apply(FLEET, PEM))
        .contains(
            "git config http.https://fleet.example:8420.sslCAInfo: could not lock config file");
    git.missing = true;
    assertThat(setup.apply(FLEET, PEM)).contains("there is no git in PATH: install git");
    assertThat(GitSetup.notStarted(new IOException("Cannot run program: error=13, denied")))
        .isEqualTo("git could not be started: Cannot run program: error=13, denied");
    assertThat(setup.remove(FLEET)).isPresent();
  }
}
