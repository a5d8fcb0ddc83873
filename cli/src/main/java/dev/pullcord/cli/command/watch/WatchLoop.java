package dev.pullcord.cli.command.watch;

import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.host.Terminal;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.EventBell;
import dev.pullcord.protocol.error.ExitCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Looks, shows, waits for the server's bell, and so on until Ctrl-C. Between two looks lie at least
 * a tenth of a second and as long as a look takes, however often the bell rings; between two
 * pictures at most a second, since ages move.
 */
public final class WatchLoop {
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration PACE = Duration.ofMillis(100);
  private final VerbContext context;
  private final Looker looker;

  /** A watch of the nodes of a selector, or of all when that is null. */
  public WatchLoop(VerbContext context, @Nullable String selector) {
    this.context = context;
    looker = new Looker(context.server(), selector);
  }

  /** Watches until Ctrl-C, or until nobody reads any more. */
  public ExitCode run() throws InterruptedException {
    Look look = looker.look(); // what is wrong from the start ends it with its own exit code
    WatchScreen screen = new WatchScreen(context);
    try (EventBell bell = context.server().bell();
        Terminal.Guard _ =
            context
                .host()
                .terminal()
                .onInterrupt(() -> {
                  screen.end();
                  bell.wake();
                })) {
      watch(screen, bell, look);
    } finally {
      screen.end();
    }
    return ExitCode.DONE;
  }

  private void watch(WatchScreen screen, EventBell bell, Look first) throws InterruptedException {
    Look look = first;
    String trouble = "";
    while (true) {
      screen.show(look, trouble);
      if (screen.ended()) {
        return;
      }
      if (!bell.await(TICK)) {
        continue;
      }
      long startedAt = context.host().clock().nanoTime();
      try {
        look = looker.look();
        trouble = "";
      } catch (Failure failure) {
        if (failure.exitCode() != ExitCode.UNREACHABLE) {
          throw failure;
        }
        trouble = failure.line(); // a server that restarts comes back; the picture is kept
      }
      screen.show(look, trouble);
      Duration took = Duration.ofNanos(context.host().clock().nanoTime() - startedAt);
      bell.pause(took.compareTo(PACE) > 0 ? took : PACE);
    }
  }
}
