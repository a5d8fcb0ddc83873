package dev.pullcord.agent.main;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Logback, set up without a file: the daemon logs to standard output, one line each; the other
 * commands have answers there, so only their warnings are seen, on standard error.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static final String TO_STDOUT = "pullcord.log.stdout";

  /** {@code DEBUG} or another level of Logback's for our own loggers; also known to the server. */
  private static final String OUR_LEVEL = "pullcord.log";

  /** By a terminal: control characters but tab and line end, and what changes the direction. */
  private static final String OBEYED =
      "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u200b-\\u200f\\u2028-\\u202e\\u2066-\\u2069]";

  /** Blanks; found in a time that grows with the text and not with its square. */
  private static final String AT_THE_END = "(?<!\\s)\\s++$";

  private static final Map<String, Level> QUIET =
      Map.of(
          "org.quartz",
          Level.WARN,
          "org.eclipse.jgit",
          Level.ERROR,
          // It logs the trace of what it cannot open, and throws it too: we say that in a line.
          "org.eclipse.jgit.internal.storage.file.ObjectDirectory",
          Level.OFF,
          "okhttp3",
          Level.WARN);

  /** Has to be called before the first logger is made. */
  static void toStandardOutput() {
    System.setProperty(TO_STDOUT, "true");
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    boolean daemon = Boolean.getBoolean(TO_STDOUT);
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget(daemon ? "System.out" : "System.err");
    console.setEncoder(lines(context, daemon));
    console.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(daemon ? Level.INFO : Level.WARN);
    root.addAppender(console);
    String ours = System.getProperty(OUR_LEVEL);
    if (ours != null) {
      context.getLogger("dev.pullcord").setLevel(Level.toLevel(ours, Level.INFO));
    }
    QUIET.forEach((name, level) -> context.getLogger(name).setLevel(level));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** How an event is written; a test reads with it what libraries log. */
  static Encoder<ILoggingEvent> lines(LoggerContext context, boolean daemon) {
    PatternLayout layout = new PatternLayout();
    layout.setContext(context);
    layout.getInstanceConverterMap().put("trace", TraceOrFault::new);
    String start =
        daemon
            ? "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level %-14logger{0} "
            : "pullcord-agent: ";
    // Only a trace has more than one line; what a terminal would obey is not shown.
    String message = "%replace(%replace(%msg){'" + AT_THE_END + "', ''}){'[\\r\\n]+\\s*', ' | '}";
    layout.setPattern(
        start
            + "%replace(%replace("
            + message
            + " %trace){'"
            + AT_THE_END
            + "', ''}){'"
            + OBEYED
            + "', '?'}%nopex%n");
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.start();
    return encoder;
  }
}
