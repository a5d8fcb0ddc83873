package dev.pullcord.server.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.server.Said;
import dev.pullcord.server.TestFleet;
import dev.pullcord.server.store.ReportTable;
import dev.pullcord.server.store.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that nobody's code has written as they are, at a start. */
class OddRowsTest {
  @TempDir Path directory;

  @BeforeEach
  void twoNodesRunACommit() {
    try (TestFleet fleet = new TestFleet(directory)) {
      fleet.commits.push("main", 1);
      fleet.join("a", "b");
      fleet.start("a", "b");
      fleet.deployments.reconcile();
      fleet.converge("a", "b");
    }
  }

  private void plant(String sql) throws SQLException {
    try (Connection file =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("store.db"));
        Statement statement = file.createStatement()) {
      assertThat(statement.executeUpdate(sql)).isEqualTo(1);
    }
  }

  private static List<Long> reported(TestFleet fleet) {
    return fleet.store.read(
        tables -> tables.reports().all().stream().map(ReportTable.Latest::node).toList());
  }

  @Test
  void aReportThatCannotBeReadKeepsTheServerFromNothing() throws SQLException {
    plant(
        "update statuses set status = '{\"state\":' where node ="
            + " (select id from nodes where name = 'a')");
    try (TestFleet fleet = new TestFleet(directory)) {
      assertThat(reported(fleet)).containsExactly(fleet.record("b").id());
      fleet.report("a", Said.by(fleet, "a").number(2, 1).next());
      assertThat(reported(fleet))
          .containsExactlyInAnyOrder(fleet.record("a").id(), fleet.record("b").id());
    }
  }

  @Test
  void aDeploymentThatCannotBeReadIsDamageAndNoWrongUseOfTheServer() throws SQLException {
    plant("update deployments set state = 'SLEEPING'");
    StoreException refused =
        catchThrowableOfType(StoreException.class, () -> new TestFleet(directory).close());
    assertThat(refused.code()).isEqualTo("DB_DAMAGED");
    assertThat(refused).hasMessageContainingAll("SLEEPING", "pullcord-server restore");
  }
}
