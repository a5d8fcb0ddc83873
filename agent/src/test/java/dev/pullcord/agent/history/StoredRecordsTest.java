package dev.pullcord.agent.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What is stored of releases and generations, by its bytes. A failure here means that agents of two
 * versions do not understand each other's journals: change the records, never these texts.
 */
class StoredRecordsTest {
  private static final String COMMIT = "a".repeat(40);

  private static final String GENERATION =
      """
      {"number":4,"worker":"grep","release":"000001-aaaaaaaaaaaa","commit":"%s","identity":"x.y#7",\
      "boot":"b1","process":{"pid":123,"start":456},"startedAt":"2026-01-01T12:00:00Z",\
      "phase":"CONSUMING","since":"2026-01-01T12:00:05Z","beside":true,"follows":true,\
      "leases":["000001-aaaaaaaaaaaa","000002-bbbbbbbbbbbb"],"proof":"ping only",\
      "runner":"SYSTEMD"}\
      """
          .formatted(COMMIT);

  private static final String RELEASE =
      """
      {"name":"000001-aaaaaaaaaaaa","sequence":1,"commit":"%s","ref":"main",\
      "trees":{"search":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},"workers":{},\
      "preparation":{"commands":[],"venv":"k1"},"used":true,"lastUsed":"2026-01-01T12:00:05Z",\
      "labels":{"stage":"prod"},"activeFrom":"2026-01-01T12:00:00Z"}\
      """
          .formatted(COMMIT);

  @Test
  void aGenerationIsReadAndWrittenAsItAlwaysWas() throws JsonProcessingException {
    Generation generation = PullcordJson.read(GENERATION, Generation.class);

    assertThat(generation.release()).isEqualTo("000001-aaaaaaaaaaaa");
    assertThat(generation.commit()).isEqualTo(new CommitId(COMMIT));
    assertThat(generation.identity()).isEqualTo("x.y#7");
    assertThat(generation.boot()).isEqualTo("b1");
    assertThat(generation.process()).isEqualTo(new ProcessId(123, 456));
    assertThat(generation.startedAt()).isEqualTo(Instant.parse("2026-01-01T12:00:00Z"));
    assertThat(generation.phase()).isEqualTo(Generation.Phase.CONSUMING);
    assertThat(generation.since()).isEqualTo(Instant.parse("2026-01-01T12:00:05Z"));
    assertThat(generation.beside()).isTrue();
    assertThat(generation.follows()).isTrue();
    assertThat(generation.leases()).isEqualTo(Set.of("000001-aaaaaaaaaaaa", "000002-bbbbbbbbbbbb"));
    assertThat(generation.proof()).isEqualTo("ping only");
    assertThat(generation.runner()).isEqualTo(RunnerName.SYSTEMD);
    assertThat(PullcordJson.write(generation)).isEqualTo(GENERATION);
  }

  @Test
  void aGenerationInTheJournalIsReadAndWrittenAsItAlwaysWas() throws JsonProcessingException {
    String line = "{\"type\":\"start-intent\",\"generation\":" + GENERATION + "}";

    assertThat(PullcordJson.write(PullcordJson.read(line, Entry.class))).isEqualTo(line);
  }

  @Test
  void aReleaseIsReadAndWrittenAsItAlwaysWas() throws JsonProcessingException {
    Release release = PullcordJson.read(RELEASE, Release.class);

    assertThat(release.commit()).isEqualTo(new CommitId(COMMIT));
    assertThat(release.ref()).isEqualTo("main");
    assertThat(release.trees()).containsOnlyKeys("search");
    assertThat(release.preparation().venv()).isEqualTo("k1");
    assertThat(release.used()).isTrue();
    assertThat(release.lastUsed()).isEqualTo(Instant.parse("2026-01-01T12:00:05Z"));
    assertThat(release.labels()).isEqualTo(Map.of("stage", "prod"));
    assertThat(release.activeFrom()).isEqualTo(Instant.parse("2026-01-01T12:00:00Z"));
    assertThat(PullcordJson.write(release)).isEqualTo(RELEASE);
  }

  @Test
  void aReleaseInTheJournalIsReadAndWrittenAsItAlwaysWas() throws JsonProcessingException {
    String line = "{\"type\":\"staged\",\"release\":" + RELEASE + "}";

    assertThat(PullcordJson.write(PullcordJson.read(line, Entry.class))).isEqualTo(line);
  }
}
