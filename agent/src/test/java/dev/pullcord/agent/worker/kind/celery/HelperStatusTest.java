package dev.pullcord.agent.worker.kind.celery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.protocol.PullcordJson;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The helper inside a worker writes this file; workers run on while the agent is replaced. */
class HelperStatusTest {
  private static final String STATUS =
      """
      {"pid":123,"start":456,"node":"n1-g4-aaaaaaa@host","number":7,"phase":"connected",\
      "connects":2,"queues":["celery"],"ping":"ready-4","remote":false,\
      "held":{"running":1,"reserved":2,"limited":3,"due":4,"until":12.5,"empty":false},\
      "busy":true,"warnings":["acks early"],"error":"broken pipe","brokerFault":true,\
      "refused":"queue celery","at":1.5,"tasks":[{"name":"app.add","since":1.25}]}\
      """;

  @Test
  void whatTheHelperWritesIsReadByItsNames() throws JsonProcessingException {
    assertThat(PullcordJson.write(PullcordJson.read(STATUS, HelperStatus.class))).isEqualTo(STATUS);
  }

  @Test
  void anOlderHelperSaysLessAndItsStatusIsReadAllTheSame() throws JsonProcessingException {
    HelperStatus status =
        PullcordJson.read(
            """
            {"pid":123,"start":456,"node":"n1","number":7,"phase":"starting","later":{"x":1}}\
            """,
            HelperStatus.class);

    assertThat(status.unreachable()).isFalse();
    assertThat(status.holdsNothing()).isTrue();
    assertThat(status.tasks()).isEmpty();
  }

  @Test
  void aTimeThatCannotBeIsTheNearestThatCan() {
    assertThat(HelperStatus.instant(1.5)).isEqualTo(Instant.ofEpochMilli(1500));
    assertThat(HelperStatus.instant(-1e300)).isEqualTo(Instant.EPOCH);
    assertThat(HelperStatus.instant(Double.NaN)).isEqualTo(Instant.EPOCH);
    assertThat(HelperStatus.instant(1e300)).isEqualTo(Instant.parse("9999-01-01T00:00:00Z"));
  }
}
