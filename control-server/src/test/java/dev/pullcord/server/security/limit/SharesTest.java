package dev.pullcord.server.security.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.server.refusal.Refusal;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SharesTest {
  private final Shares shares = new Shares("event streams", "event-streams", 5, 2, 15);

  private static void refuses(ThrowingCallable call, Refusal.Kind kind, String... words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.kind()).isEqualTo(kind);
              assertThat(refusal.retrySeconds()).isEqualTo(15);
            })
        .hasMessageContainingAll(words);
  }

  @Test
  void oneCallerCannotTakeWhatIsEverybodys() {
    shares.take("ada");
    Shares.Share second = shares.take("ada");
    refuses(
        () -> shares.take("ada"),
        Refusal.Kind.TOO_MANY,
        "ada has 2 event streams",
        "limits.event-streams-each");
    shares.take("bob");
    shares.take("bob");
    shares.take("eve");
    refuses(() -> shares.take("kim"), Refusal.Kind.UNAVAILABLE, "5 event streams", "limits.event-");
    second.close();
    second.close();
    assertThat(shares.taken()).isEqualTo(4);
    shares.take("kim");
  }

  @Test
  void oneLargePieceIsTakenByWhoHasNothingElse() {
    Shares.Share large = shares.take("ada", 4);
    refuses(() -> shares.take("ada", 1), Refusal.Kind.TOO_MANY, "ada has 4");
    refuses(() -> shares.take("bob", 2), Refusal.Kind.UNAVAILABLE, "of 5");
    large.close();
    shares.take("bob", 7).close();
  }
}
