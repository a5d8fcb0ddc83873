package dev.pullcord.cli.command.watch;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * One question to the server, asked beside the picture: a server that hangs must not hold up the
 * keys, the clock, or the word that it hangs. It is not taken back; its own time limit ends it.
 */
final class BackgroundLook {
  private final FutureTask<Look> task;
  private final LongSupplier nanoTime;
  private final long startedAtNanos;

  BackgroundLook(Callable<Look> question, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    startedAtNanos = nanoTime.getAsLong();
    task = new FutureTask<>(question);
    Thread.ofPlatform().daemon().name("look").start(task);
  }

  /** The answer, waited for that long at most; what the question threw is thrown. */
  Optional<Look> await(Duration atMost) throws InterruptedException {
    try {
      return Optional.of(task.get(atMost.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException own -> throw own;
        case Error own -> throw own;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /** For how long the server has been asked. */
  Duration age() {
    return Duration.ofNanos(nanoTime.getAsLong() - startedAtNanos);
  }
}
