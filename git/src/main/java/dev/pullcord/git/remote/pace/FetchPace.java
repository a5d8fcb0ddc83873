package dev.pullcord.git.remote.pace;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what comes for one look or one fetch, over all of its connections, and how long we waited
 * for it. Each read that ends looks whether that is too slow by now; from then on every read fails.
 */
public final class FetchPace {
  private final FetchLimits limits;
  private final LongSupplier nanos;
  private final LongAdder arrived;
  private long waited;
  private long windowWaited;
  private long windowBytes;
  private @Nullable String verdict;

  /**
   * Begins to count.
   *
   * @param nanos a clock that only goes forward
   * @param arrived is added each byte to, for whoever asks whether anything comes
   */
  public FetchPace(FetchLimits limits, LongSupplier nanos, LongAdder arrived) {
    this.limits = limits;
    this.nanos = nanos;
    this.arrived = arrived;
  }

  /** The same bytes, counted. */
  public InputStream counting(InputStream in) {
    return new CountedInput(in);
  }

  /** Fails when the remote was given up. */
  private synchronized void check() throws TooSlowException {
    if (verdict != null) {
      throw new TooSlowException(verdict);
    }
  }

  private synchronized void came(int bytes, long nanosWaited) throws TooSlowException {
    waited += nanosWaited;
    windowWaited += nanosWaited;
    windowBytes += Math.max(bytes, 0);
    arrived.add(Math.max(bytes, 0));
    if (windowWaited >= limits.window().toNanos()) {
      if (windowBytes < limits.leastBytes()) {
        verdict =
            "only %d bytes came in %d s, and at least %d are expected"
                .formatted(
                    windowBytes, Duration.ofNanos(windowWaited).toSeconds(), limits.leastBytes());
      }
      windowWaited = 0;
      windowBytes = 0;
    }
    if (verdict == null && waited >= limits.total().toNanos()) {
      verdict = "it was not done after %d s".formatted(Duration.ofNanos(waited).toSeconds());
    }
    check();
  }

  private final class CountedInput extends FilterInputStream {
    CountedInput(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      check();
      long begun = nanos.getAsLong();
      int read = super.read();
      came(read < 0 ? 0 : 1, nanos.getAsLong() - begun);
      return read;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      check();
      long begun = nanos.getAsLong();
      int read = super.read(to, offset, length);
      came(read, nanos.getAsLong() - begun);
      return read;
    }
  }
}
