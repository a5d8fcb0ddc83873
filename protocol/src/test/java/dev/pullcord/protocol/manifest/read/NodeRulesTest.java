package dev.pullcord.protocol.manifest.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.identity.WorkerIdentity;
import dev.pullcord.protocol.manifest.DrainSpec;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class NodeRulesTest {
  private static final String MANIFEST =
      """
      version: 1
      bundles: {all: {paths: [bin/]}}
      workers:
        grep:
          kind: process
          run: [bin/grep, --all]
          env: {CORPUS: /srv, LANG: C}
          restart: overlap
          drain: {max-generations: 2}
          health: {kind: command, run: [bin/ok], times: 2}
        beat: {kind: process, run: [bin/beat], nodes: {role: beat}}
      nodes:
        - {match: {role: gpu}, workers: {grep: {run: [bin/grep], env: {LANG: de}}}}
        - {match: {role: gpu, dc: north}, workers: {grep: {env: {LANG: fr}, health: {times: 5}}}}
        - {match: {dc: south}, workers: {grep: {restart: stop-start}, beat: {nodes: {role: clock}}}}
      """;

  @Test
  void aWorkerWithLabelsRunsOnlyWhereAllOfThemAre() {
    assertThat(on(Map.of()).workers()).containsOnlyKeys("grep");
    assertThat(on(Map.of("role", "beat", "x", "y")).workers()).containsOnlyKeys("grep", "beat");
  }

  @Test
  void mapsMergeDeepAndListsAndScalarsReplace() {
    WorkerSpec plain = grep(Map.of("role", "web"));
    WorkerSpec gpu = grep(Map.of("role", "gpu"));

    assertThat(plain.work()).isEqualTo(new Work.Process(List.of("bin/grep", "--all")));
    assertThat(gpu.work()).isEqualTo(new Work.Process(List.of("bin/grep")));
    assertThat(gpu.env()).isEqualTo(Map.of("CORPUS", "/srv", "LANG", "de"));
    assertThat(gpu.health()).isEqualTo(plain.health());
  }

  @Test
  void entriesApplyInOrderAndOneNeedsAllOfItsLabels() {
    WorkerSpec north = grep(Map.of("role", "gpu", "dc", "north"));
    WorkerSpec web = grep(Map.of("role", "web", "dc", "north"));

    assertThat(north.work()).isEqualTo(new Work.Process(List.of("bin/grep")));
    assertThat(north.env()).containsEntry("LANG", "fr");
    assertThat(Objects.requireNonNull(north.health()).times()).isEqualTo(5);
    assertThat(Objects.requireNonNull(north.health()).deadline()).isEqualTo(Duration.ofMinutes(1));
    assertThat(web).isEqualTo(grep(Map.of()));
  }

  @Test
  void whatIsSaidOfADrainMeansNothingWhereTheWorkerRestartsStopStart() {
    WorkerSpec south = grep(Map.of("dc", "south"));

    assertThat(south.restart()).isEqualTo(WorkerSpec.Restart.STOP_START);
    assertThat(south.drain()).isNull();
  }

  @Test
  void whatTellsAWorkerToTakeNoMoreDoesSoInEitherOrder() {
    WorkerSpec mail = mail(Map.of("dc", "south"));

    assertThat(mail.restart()).isEqualTo(WorkerSpec.Restart.STOP_START);
    assertThat(Objects.requireNonNull(mail.drainHook()).command().run())
        .containsExactly("bin/drain");
    assertThat(mail.drainOrDefault().maxGenerations())
        .isEqualTo(DrainSpec.DEFAULT.maxGenerations());
  }

  @Test
  void aChangedDrainHookRestartsNothing() {
    assertThat(WorkerIdentity.of(mail(Map.of("dc", "north")), List.of(), null))
        .isEqualTo(WorkerIdentity.of(mail(Map.of()), List.of(), null));
  }

  private static WorkerSpec mail(Map<String, String> labels) {
    String manifest =
        """
        version: 1
        bundles: {all: {paths: [bin/]}}
        workers:
          mail:
            kind: process
            run: [bin/mail]
            restart: overlap
            drain: {run: [bin/drain], max-generations: 2}
        nodes:
          - {match: {dc: south}, workers: {mail: {restart: stop-start}}}
          - {match: {dc: north}, workers: {mail: {drain: {run: [bin/other], deadline: 1h}}}}
        """;
    Manifest there = ((ManifestResult.Valid) ManifestParser.on(read(manifest), labels)).manifest();
    return Objects.requireNonNull(there.workers().get("mail"));
  }

  @Test
  void whereAWorkerRunsCanBeChangedToo() {
    assertThat(on(Map.of("dc", "south", "role", "beat")).workers()).containsOnlyKeys("grep");
  }

  @Test
  void identitiesFollowWhatANodeChanges() {
    WorkerIdentity everywhere = WorkerIdentity.of(grep(Map.of()), List.of(), null);

    assertThat(WorkerIdentity.of(grep(Map.of("role", "gpu")), List.of(), null))
        .isNotEqualTo(everywhere);
    assertThat(WorkerIdentity.of(grep(Map.of("dc", "south")), List.of(), null))
        .as("how it restarts is not part of what it is")
        .isEqualTo(everywhere);
  }

  @Test
  void tellsTheSortsOfNodesApart() {
    assertThat(read(MANIFEST).sorts())
        .containsExactly(
            Map.of(),
            Map.of("role", "gpu"),
            Map.of("role", "gpu", "dc", "north"),
            Map.of("dc", "south"),
            Map.of("role", "beat"));
  }

  @Test
  void entriesThatMeetOnANodeAndDoNotGoTogetherAreAProblemThere() {
    Manifest manifest =
        read(
            """
            version: 1
            bundles: {all: {paths: [bin/]}}
            workers:
              grep: {kind: process, run: [bin/grep], health: {kind: command, run: [bin/ok]}}
            nodes:
              - {match: {role: gpu}, workers: {grep: {health: {times: 20}}}}
              - {match: {dc: north}, workers: {grep: {health: {deadline: 30s}}}}
            """);

    assertThat(ManifestParser.on(manifest, Map.of("role", "gpu")))
        .isInstanceOf(ManifestResult.Valid.class);
    assertThat(ManifestParser.on(manifest, Map.of("dc", "north")))
        .isInstanceOf(ManifestResult.Valid.class);
    assertThat(ManifestParser.on(manifest, Map.of("dc", "north", "role", "gpu")))
        .isInstanceOfSatisfying(
            ManifestResult.Invalid.class,
            invalid ->
                assertThat(invalid.problems())
                    .singleElement()
                    .extracting(ManifestProblem::text)
                    .asString()
                    .startsWith(
                        "MANIFEST_RANGE  pullcord.yaml:7:51  nodes[1].workers.grep.health: it can"
                            + " never pass"));
  }

  private static Manifest on(Map<String, String> labels) {
    return ((ManifestResult.Valid) ManifestParser.on(read(MANIFEST), labels)).manifest();
  }

  private static WorkerSpec grep(Map<String, String> labels) {
    return Objects.requireNonNull(on(labels).workers().get("grep"));
  }

  private static Manifest read(String yaml) {
    return ((ManifestResult.Valid) ManifestParser.parse(yaml.getBytes(StandardCharsets.UTF_8)))
        .manifest();
  }
}
