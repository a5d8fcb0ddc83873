package dev.pullcord.server.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.error.Problem;
import dev.pullcord.server.store.DiskTrouble;
import io.javalin.http.NotFoundResponse;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProblemMappingTest {
  @Test
  void eachSortOfNoHasItsStatus() {
    Map<Refusal.Kind, Integer> statuses = new EnumMap<>(Refusal.Kind.class);
    for (Refusal.Kind kind : Refusal.Kind.values()) {
      statuses.put(kind, ProblemMapping.of(new Refusal(kind, "CODE", "why", null), null).status());
    }
    assertThat(statuses)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                Refusal.Kind.MALFORMED, 400,
                Refusal.Kind.UNAUTHENTICATED, 401,
                Refusal.Kind.FORBIDDEN, 403,
                Refusal.Kind.NOT_FOUND, 404,
                Refusal.Kind.CONFLICT, 409,
                Refusal.Kind.INVALID, 422,
                Refusal.Kind.TOO_MANY, 429,
                Refusal.Kind.UNAVAILABLE, 503));
  }

  @Test
  void typeIsTheCodeInSmallLettersWithDashes() {
    Refusal refusal = new Refusal(Refusal.Kind.UNAUTHENTICATED, "NODE_UNKNOWN", "no node", "key");
    assertThat(ProblemMapping.of(refusal, "id"))
        .isEqualTo(
            new Problem(
                "urn:pullcord:problem:node-unknown",
                "Unauthenticated",
                401,
                "NODE_UNKNOWN",
                "no node",
                "key",
                "id"));
  }

  @Test
  void refusalIsFoundBelowWhatWrapsIt() {
    Refusal refusal = new Refusal(Refusal.Kind.CONFLICT, "NAME_TAKEN", "taken", null);
    Problem wrapped =
        ProblemMapping.of(new IllegalStateException(new RuntimeException(refusal)), null);
    assertThat(wrapped).isEqualTo(ProblemMapping.of(refusal, null));
  }

  @Test
  void whatNobodyForesawIsOurFaultAndSaysNothingOfItself() {
    Problem problem = ProblemMapping.of(new IllegalStateException("a secret"), null);
    assertThat(problem.status()).isEqualTo(500);
    assertThat(problem.toString()).doesNotContain("secret");
    assertThat(ProblemMapping.of(new NotFoundResponse(), null).code()).isEqualTo("NOT_FOUND");
  }

  @Test
  void diskWithoutFilesIsUnavailableAndFullOneHasAStatusOfItsOwn() {
    for (DiskTrouble trouble : DiskTrouble.values()) {
      assertThat(ProblemMapping.status(trouble))
          .isEqualTo(trouble == DiskTrouble.NO_FILES ? 503 : 507);
    }
  }
}
