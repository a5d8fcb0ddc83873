package dev.pullcord.agent.main;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import dev.pullcord.base.disk.FileFault;

/**
 * The word {@code trace} of the log's pattern: the trace of what was thrown, but a sentence where a
 * file could not be used. Libraries log such failures with a trace, which would read like a fault
 * of ours.
 */
public final class TraceOrFault extends ThrowableProxyConverter {
  @Override
  protected String throwableProxyToString(IThrowableProxy thrown) {
    if (thrown instanceof ThrowableProxy proxy) {
      return FileFault.within(proxy.getThrowable())
          .map(FileFault::of)
          .orElseGet(() -> super.throwableProxyToString(thrown));
    }
    return super.throwableProxyToString(thrown);
  }
}
