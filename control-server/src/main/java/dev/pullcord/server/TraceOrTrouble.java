package dev.pullcord.server;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import dev.pullcord.server.store.DiskTrouble;

/**
 * The word {@code trace} of the log's pattern: the trace of what was thrown, but a sentence where
 * the disk is the cause. Libraries log such failures with a trace, which would read like a fault of
 * ours.
 */
public final class TraceOrTrouble extends ThrowableProxyConverter {
  @Override
  protected String throwableProxyToString(IThrowableProxy thrown) {
    if (thrown instanceof ThrowableProxy proxy) {
      return DiskTrouble.cause(proxy.getThrowable())
          .orElseGet(() -> super.throwableProxyToString(thrown));
    }
    return super.throwableProxyToString(thrown);
  }
}
