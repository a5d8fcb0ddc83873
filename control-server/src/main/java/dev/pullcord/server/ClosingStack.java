package dev.pullcord.server;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what was opened, the last first; one that cannot be closed does not keep the others. */
final class ClosingStack implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClosingStack.class);

  private final Deque<Entry> entries = new ConcurrentLinkedDeque<>();
  private volatile String closing = "nothing yet";

  private record Entry(String name, AutoCloseable closeable) {}

  <T extends AutoCloseable> T push(String name, T closeable) {
    entries.push(new Entry(name, closeable));
    return closeable;
  }

  /** What is being closed now. */
  String closing() {
    return closing;
  }

  @Override
  public void close() {
    for (Entry entry = entries.poll(); entry != null; entry = entries.poll()) {
      closing = entry.name();
      try {
        entry.closeable().close();
      } catch (Exception e) {
        LOG.warn("closing: {}", entry.name(), e);
      }
    }
  }
}
