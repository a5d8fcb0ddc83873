package dev.pullcord.benchmarks.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PackFetchTest {
  private static final CommitId OLD = new CommitId("a".repeat(40));
  private static final CommitId NEW = new CommitId("b".repeat(40));

  private final List<String> asked = new ArrayList<>();
  private int refusals;
  private int silences;
  private int pauses;

  /** Is away so often, then refuses so often, then sends three bytes. */
  private Optional<InputStream> server(String path) throws IOException {
    asked.add(path.substring(path.indexOf('?')));
    if (silences-- > 0) {
      throw new IOException("away");
    }
    return refusals-- > 0 ? Optional.empty() : Optional.of(new ByteArrayInputStream(new byte[3]));
  }

  private PackFetch fetch() {
    return new PackFetch(this::server, () -> pauses++);
  }

  @Test
  void aRefusalIsNoFetch() throws InterruptedException {
    refusals = 2;
    silences = 1;

    assertThat(fetch().bytes("fleet", null, NEW, () -> false)).hasValue(3);
    assertThat(pauses).isEqualTo(3);
  }

  @Test
  void whereThereIsNoPackOfTheStepAllOfTheCommitIsFetched() throws InterruptedException {
    refusals = 1;

    assertThat(fetch().bytes("fleet", OLD, NEW, () -> false)).hasValue(3);
    assertThat(asked).containsExactly("?have=" + OLD + "&want=" + NEW, "?want=" + NEW);
    assertThat(pauses).isZero();
  }

  @Test
  void whatIsRefusedUntilThereIsSomethingNewerWasNotFetched() throws InterruptedException {
    refusals = Integer.MAX_VALUE;

    assertThat(fetch().bytes("fleet", OLD, NEW, () -> pauses == 4)).isEmpty();
  }
}
