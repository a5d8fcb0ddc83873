package dev.pullcord.base.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What gets out of a thread ends the process with 70; each in a Java machine of its own. */
public class LastingThreadsTest {
  private static final int LIMIT_SECONDS = 90;

  /** Starts one thread that dies of what is asked for, and would then run for ever. */
  public static final class Dying {
    private Dying() {}

    public static void main(String[] how) throws InterruptedException {
      ProcessEnd.arm("pullcord-test", 70);
      Runnable death =
          () -> {
            switch (how[1]) {
              case "exception" -> throw new IllegalStateException("no state");
              case "heap" -> fillTheHeap();
              default -> throw new InternalError("broken");
            }
          };
      switch (how[0]) {
        case "thread" -> LastingThreads.start("doomed", death);
        case "brief" -> LastingThreads.brief("doomed", death);
        case "pool" -> LastingThreads.pool("doomed", 2).execute(death);
        case "pool-future" -> {
          var unused = LastingThreads.pool("doomed", 2).submit(death);
        }
        case "timer" -> {
          var unused =
              LastingThreads.timer("doomed", 1)
                  .scheduleWithFixedDelay(death, 1, 1, TimeUnit.MILLISECONDS);
        }
        default -> Thread.ofPlatform().name("doomed").start(death);
      }
      Thread.currentThread().join();
    }

    private static void fillTheHeap() {
      Object[] last = null;
      while (true) {
        last = new Object[] {last, new byte[1 << 10]};
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "thread, error",
    "thread, exception",
    "thread, heap",
    "brief, error",
    "pool, heap",
    "pool-future, error",
    "timer, exception",
    "timer, heap",
    "foreign, error"
  })
  void endsTheProcess(String kind, String cause) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx16m",
                "-cp",
                System.getProperty("java.class.path"),
                Dying.class.getName(),
                kind,
                cause)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();

    assertThat(process.exitValue()).as(said).isEqualTo(70);
    assertThat(said).contains("pullcord-test: thread doomed", "; the process ends");
  }
}
