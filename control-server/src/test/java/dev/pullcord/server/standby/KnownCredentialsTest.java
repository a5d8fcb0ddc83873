package dev.pullcord.server.standby;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.Test;

/** Whose credentials a standby remembers. */
class KnownCredentialsTest {
  private final AtomicLong now = new AtomicLong();
  private final KnownCredentials known = new KnownCredentials(now::get);

  private static HttpFields token(String token) {
    return HttpFields.build().add(HttpHeader.AUTHORIZATION, "Bearer " + token).asImmutable();
  }

  @Test
  void theyAreRememberedForSomeMinutesAfterTheyWorked() {
    known.worked(token("a"), "ada");
    now.addAndGet(KnownCredentials.KEPT.toNanos());
    assertThat(known.caller(token("a"))).contains("ada");
    assertThat(known.caller(token("b"))).isEmpty();
    now.incrementAndGet();
    assertThat(known.caller(token("a"))).isEmpty();
  }

  @Test
  void theyAreForgottenWhenTheyDoNotWorkAnyMore() {
    known.worked(token("a"), "ada");
    known.failed(token("b"));
    assertThat(known.caller(token("a"))).contains("ada");
    known.failed(token("a"));
    assertThat(known.caller(token("a"))).isEmpty();
  }

  @Test
  void sessionOfABrowserIsOneOfThem() {
    HttpFields cookie = HttpFields.build().add(HttpHeader.COOKIE, "session=1").asImmutable();
    known.worked(cookie, "ada");
    assertThat(known.caller(cookie)).contains("ada");
  }

  @Test
  void requestWithoutAnyIsNobodys() {
    known.worked(HttpFields.EMPTY, "git host");
    assertThat(known.caller(HttpFields.EMPTY)).isEmpty();
  }

  @Test
  void thoseThatWereNotShownForTheLongestTimeGoFirst() {
    known.worked(token("0"), "ada");
    for (int i = 1; i < KnownCredentials.MAX; i++) {
      known.worked(token("" + i), "bot");
    }
    known.worked(token("0"), "ada");
    known.worked(token("more"), "bot");
    assertThat(known.caller(token("0"))).contains("ada");
    assertThat(known.caller(token("1"))).isEmpty();
    assertThat(known.caller(token("2"))).contains("bot");
  }
}
