package dev.pullcord.server.alert.status;

import static dev.pullcord.server.FakeCommits.commit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.server.alert.receiver.HttpPost;
import dev.pullcord.server.alert.receiver.LocalReceiver;
import dev.pullcord.server.alert.status.CommitStatus.State;
import dev.pullcord.server.store.OutboxTable.NewMessage;
import dev.pullcord.testkit.ManualClock;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each kind of git host is sent. */
class StatusReceiverTest {
  private static final String LINK = "https://pullcord.example/ui/deployments/7";

  @TempDir Path directory;
  private final ManualClock clock = ManualClock.atNewYear();

  private Delivery tell(
      LocalReceiver host, StatusHost kind, State state, @Nullable String environment)
      throws Exception {
    CommitStatus status = new CommitStatus(commit(1), state, "143/150: x", LINK);
    NewMessage message =
        new NewMessage(
            "m", "r", "commit-status", "s", "t", PullcordJson.write(status), clock.instant());
    return receiver(host, kind, environment).deliver(message);
  }

  private StatusReceiver receiver(LocalReceiver host, StatusHost kind, @Nullable String environment)
      throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "t0ps3cr3t\n");
    StatusSettings settings =
        new StatusSettings(
            kind, URI.create(host.url("/api")), token, "pullcord", "acme/fleet", environment, null);
    return new StatusReceiver(
        settings, new HttpPost(clock, _ -> Proxy.NO_PROXY), _ -> Optional.empty());
  }

  @Test
  void githubGetsAStatusOfTheCommit() throws Exception {
    try (LocalReceiver host = new LocalReceiver()) {
      assertThat(tell(host, StatusHost.GITHUB, State.FAILURE, null)).isEqualTo(new Delivery.Done());
      LocalReceiver.Got got = host.got().getFirst();
      assertThat(got.path()).isEqualTo("/api/repos/acme/fleet/statuses/" + commit(1));
      assertThat(got.headers()).containsEntry("Authorization", "Bearer t0ps3cr3t");
      assertThat(got.body())
          .isEqualTo(
              "{\"state\":\"failure\",\"context\":\"pullcord\",\"description\":\"143/150: x\","
                  + "\"target_url\":\""
                  + LINK
                  + "\"}");
    }
  }

  @Test
  void gitlabGetsItsOwnWordsAndSaysWhenItHasThatAlready() throws Exception {
    try (LocalReceiver host = new LocalReceiver()) {
      tell(host, StatusHost.GITLAB, State.FAILURE, null);
      LocalReceiver.Got got = host.got().getFirst();
      assertThat(got.path()).isEqualTo("/api/projects/acme%2Ffleet/statuses/" + commit(1));
      assertThat(got.headers()).containsEntry("PRIVATE-TOKEN", "t0ps3cr3t");
      assertThat(got.body()).contains("\"state\":\"failed\"", "\"name\":\"pullcord\"");
      host.answers(400, "", "{\"message\":\"Cannot transition status via :run from :running\"}");
      assertThat(tell(host, StatusHost.GITLAB, State.PENDING, null)).isEqualTo(new Delivery.Done());
    }
  }

  @Test
  void giteaTakesATokenOfItsForm() throws Exception {
    try (LocalReceiver host = new LocalReceiver()) {
      tell(host, StatusHost.GITEA, State.SUCCESS, null);
      assertThat(host.got().getFirst().headers()).containsEntry("Authorization", "token t0ps3cr3t");
    }
  }

  @Test
  void aGithubDeploymentIsMadeOnceForACommitAndEnvironment() throws Exception {
    try (LocalReceiver host = new LocalReceiver()) {
      host.answers(201, "", "{}").answers(200, "", "[]").answers(201, "", "{\"id\":42}");
      tell(host, StatusHost.GITHUB, State.PENDING, "production");
      host.answers(201, "", "{}").answers(200, "", "[{\"id\":42}]");
      tell(host, StatusHost.GITHUB, State.SUCCESS, "production");
      assertThat(host.got())
          .extracting(g -> g.method() + " " + g.path().replaceFirst("\\?.*", ""))
          .containsExactly(
              "POST /api/repos/acme/fleet/statuses/" + commit(1),
              "GET /api/repos/acme/fleet/deployments",
              "POST /api/repos/acme/fleet/deployments",
              "POST /api/repos/acme/fleet/deployments/42/statuses",
              "POST /api/repos/acme/fleet/statuses/" + commit(1),
              "GET /api/repos/acme/fleet/deployments",
              "POST /api/repos/acme/fleet/deployments/42/statuses");
      assertThat(host.got().get(3).body()).contains("\"state\":\"in_progress\"");
    }
  }

  @Test
  void aHostThatSaysNoIsToldAgainAndTheTokenIsInNoReason() throws Exception {
    try (LocalReceiver host = new LocalReceiver()) {
      host.answers(401, "", "bad credentials t0ps3cr3t");
      assertThat(tell(host, StatusHost.GITHUB, State.SUCCESS, null))
          .isEqualTo(
              new Delivery.Later(
                  "127.0.0.1 answered 401: bad credentials ***; it does not accept the token or the"
                      + " address's secret"));
    }
  }
}
