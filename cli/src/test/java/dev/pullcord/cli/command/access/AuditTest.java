package dev.pullcord.cli.command.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.cli.fake.FakeFleet;
import dev.pullcord.cli.fake.FakeServer;
import dev.pullcord.cli.fake.Machine;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.api.AuditView;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class AuditTest {
  @TempDir Path home;
  private FakeServer server;
  private Machine machine;

  @BeforeEach
  void fiveRecords() throws IOException {
    server = new FakeServer();
    machine = Machine.signedIn(home, server);
    record(1, "server", null, "main moved");
    for (int id = 2; id <= 4; id++) {
      record(id, "ann", "api", "ann did " + id);
    }
    record(5, "bob", "dashboard", "bob \033[2J did 5");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void record(long id, String who, @Nullable String way, String text) {
    server.audited(
        new AuditView(
            id,
            FakeFleet.NOW.minusSeconds(60 - id),
            who,
            way,
            way == null ? null : "192.0.2.1",
            "pin",
            "a",
            null,
            null,
            who.equals("bob"),
            1,
            text));
  }

  @Test
  void recordsAreALineEachOverAllPagesNewestFirst() {
    assertThat(machine.run("audit")).isZero();
    assertThat(machine.out().lines())
        .containsExactly(
            "WHEN     FROM                 WHAT",
            "55s ago  dashboard 192.0.2.1  bob \\u001b[2J did 5",
            "56s ago  api 192.0.2.1        ann did 4",
            "57s ago  api 192.0.2.1        ann did 3",
            "58s ago  api 192.0.2.1        ann did 2",
            "59s ago  -                    main moved");
  }

  @Test
  void filtersAreTheServersAndTheLimitIsKept() {
    assertThat(
            machine.run(
                "audit",
                "--who",
                "ann",
                "--action",
                "pin",
                "--on",
                "a",
                "--since",
                "2h",
                "--outcome",
                "done",
                "-n",
                "1"))
        .isZero();
    assertThat(machine.out().lines()).hasSize(2);
    assertThat(server.requests().getLast())
        .isEqualTo("GET /api/v1/audit?who=ann&action=pin&on=a&since=2h&outcome=done");
    assertThat(machine.run("audit", "-n", "0")).isEqualTo(2);
  }

  @Test
  void jsonIsThePageOfTheApiWithACursorThatGoesOn() throws IOException {
    assertThat(machine.run("audit", "-n", "3", "-o", "json")).isZero();
    AuditView.Page page = PullcordJson.strict().readValue(machine.out(), AuditView.Page.class);
    assertThat(page.records()).extracting(AuditView::id).containsExactly(5L, 4L, 3L);
    assertThat(page.next()).isEqualTo("3");
  }

  @Test
  void nothingIsSaidAsNothing() {
    assertThat(machine.run("audit", "--who", "nobody")).isZero();
    assertThat(machine.out()).isEqualTo("no record is like that\n");
  }
}
