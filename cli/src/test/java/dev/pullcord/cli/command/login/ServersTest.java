package dev.pullcord.cli.command.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.fake.Machine;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.error.Problem;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers of one fleet; on each of them one node says which it is. */
@SuppressWarnings("NullAway.Init")
class ServersTest {
  @TempDir Path home;
  private FakeServer one;
  private FakeServer two;
  private Machine machine;

  @BeforeEach
  void signIn() throws IOException {
    one = new FakeServer();
    two = new FakeServer();
    one.fleet().set("at-one", NodeState.CONVERGED, "");
    two.fleet().set("at-two", NodeState.CONVERGED, "");
    one.tellsOf(two);
    two.tellsOf(one);
    machine = new Machine(home);
    machine.type(FakeServer.TOKEN + "\n");
    assertThat(machine.run("login", one.url())).as(machine.err()).isZero();
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
  }

  private void isStandby(String path) {
    Problem problem =
        new Problem("urn:x", "standby", 503, Problem.STANDBY, "another is active", null, null);
    one.odd(path, 503, Problem.MEDIA_TYPE, PullcordJson.write(problem));
  }

  private void asks(String node) {
    assertThat(machine.run("nodes")).as(machine.err()).isZero();
    assertThat(machine.out()).contains(node);
  }

  @Test
  void theServersAreListedWithTheirState() {
    assertThat(machine.run("servers")).isZero();
    assertThat(machine.out().lines().map(l -> l.replaceAll(" +", " ")))
        .anySatisfy(l -> assertThat(l).startsWith(one.url() + " https://agents:8421 active"))
        .anySatisfy(l -> assertThat(l).startsWith(two.url() + " https://agents:8421 standby"));
  }

  @Test
  void theNextServerIsAskedWhenThatOfTheLoginIsGone() {
    one.close();

    asks("at-two");

    assertThat(machine.err())
        .isEqualTo(
            "at %s now: %s is away, or waits for its turn\n".formatted(two.url(), one.url()));
  }

  @Test
  void aStandbySendsAnOrderToTheActiveServer() {
    isStandby("/api/v1/nodes/at-two");
    isStandby("/api/v1/nodes/at-two/retry");

    assertThat(machine.run("retry", "at-two")).as(machine.err()).isZero();

    assertThat(two.requests()).contains("POST /api/v1/nodes/at-two/retry");
    assertThat(machine.err()).contains("at " + two.url() + " now");
  }

  @Test
  void theServerOfTheLoginIsAskedAgainByTheNextVerb() {
    isStandby("/api/v1/nodes");
    asks("at-two");

    one.normal("/api/v1/nodes");

    asks("at-one");
    assertThat(machine.err()).isEmpty();
  }

  @Test
  void whenNoServerAnswersTheFirstOneIsNamed() {
    one.close();
    two.close();

    assertThat(machine.run("nodes")).isEqualTo(5);

    assertThat(machine.err()).contains(one.url()).doesNotContain("now:");
  }
}
