package dev.pullcord.protocol.contact;

import dev.pullcord.base.text.ByteAmount;
import dev.pullcord.base.text.TerminalText;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says of the host that it runs on: {@code POST /agent/v1/facts}, whenever it has
 * connected, and later when something of it has changed. It is for people alone: nothing is decided
 * by it. Texts are cleaned and cut, and impossible numbers put right, so that no node can spoil a
 * page or a terminal with it.
 *
 * @param system the operating system, {@code Debian GNU/Linux 12 (bookworm)}
 * @param kernel its kernel and architecture, {@code Linux 6.1.0-28-amd64 amd64}
 * @param python the version of the {@code python3} that environments are made with; null without
 *     one
 * @param diskTotalBytes the size of the disk that has the state directory; 0 when it is not known
 * @param diskFreeBytes what the agent may still use of it
 * @param startedAt when the agent started, by its own clock; null when that cannot be
 */
public record NodeFacts(
    String system,
    String kernel,
    @Nullable String python,
    long diskTotalBytes,
    long diskFreeBytes,
    @Nullable Instant startedAt) {
  private static final int TEXT_MAX = 100;
  private static final int PERCENT = 100;
  private static final Instant OLDEST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant NEWEST = Instant.parse("9999-01-01T00:00:00Z");

  /** Cleans and bounds. */
  public NodeFacts {
    system = clean(system);
    kernel = clean(kernel);
    python = python == null ? null : clean(python);
    diskTotalBytes = Math.max(0, diskTotalBytes);
    diskFreeBytes = Math.clamp(diskFreeBytes, 0, diskTotalBytes);
    startedAt =
        startedAt == null || startedAt.isBefore(OLDEST) || startedAt.isAfter(NEWEST)
            ? null
            : startedAt;
  }

  private static String clean(String text) {
    String begin = text.substring(0, Math.min(text.length(), TEXT_MAX)).strip();
    return begin.isEmpty() ? "unknown" : TerminalText.cut(TerminalText.clean(begin), TEXT_MAX);
  }

  /**
   * Whether this is worth telling somebody who knows the earlier ones. Free room changes all the
   * time: a percent of the disk counts.
   */
  public boolean isNewsAfter(@Nullable NodeFacts earlier) {
    if (earlier == null) {
      return true;
    }
    long moved = Math.abs(diskFreeBytes - earlier.diskFreeBytes);
    return moved > diskTotalBytes / PERCENT || !withFree(0).equals(earlier.withFree(0));
  }

  /** {@code 7.0 GiB of 40.0 GiB free}. */
  public String disk() {
    return diskTotalBytes == 0
        ? "unknown"
        : ByteAmount.text(diskFreeBytes) + " of " + ByteAmount.text(diskTotalBytes) + " free";
  }

  /** The same, by another clock than the agent's own. */
  public NodeFacts byClock(UnaryOperator<Instant> other) {
    return new NodeFacts(
        system,
        kernel,
        python,
        diskTotalBytes,
        diskFreeBytes,
        startedAt == null ? null : other.apply(startedAt));
  }

  private NodeFacts withFree(long bytes) {
    return new NodeFacts(system, kernel, python, diskTotalBytes, bytes, startedAt);
  }
}
