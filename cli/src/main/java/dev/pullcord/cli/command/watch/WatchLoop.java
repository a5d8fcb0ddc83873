package dev.pullcord.cli.command.watch;

import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.host.Terminal;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.EventBell;
import dev.pullcord.protocol.error.ExitCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks, shows, waits for the server's bell, and so on until Ctrl-C or the key for it. Between two
 * looks lie at least a tenth of a second and as long as a look takes, however often the bell rings;
 * between two pictures at most a second, since ages move. A server that does not answer is said to
 * be away after {@link #PATIENCE}, while it is still being asked.
 */
public final class WatchLoop {
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration BETWEEN_KEYS = Duration.ofMillis(100);
  private static final Duration PACE = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private final VerbContext context;
  private final Looker looker;
  private @Nullable BackgroundLook asked;
  private String trouble = "";
  private long nextLookAtNanos;

  /** A watch of the nodes of a selector, or of all when that is null. */
  public WatchLoop(VerbContext context, @Nullable String selector) {
    this.context = context;
    looker = new Looker(context.server(), selector);
  }

  /** Watches until Ctrl-C, or until nobody reads any more. */
  public ExitCode run() throws InterruptedException {
    Look look = looker.look(); // what is wrong from the start ends it with its own exit code
    Terminal terminal = context.host().terminal();
    Terminal.Guard keys = context.drawable() ? terminal.readKeys() : null;
    WatchScreen screen = new WatchScreen(context, keys != null);
    Runnable end =
        () -> {
          screen.end();
          if (keys != null) {
            keys.close();
          }
        };
    try (EventBell bell = context.server().bell();
        Terminal.Guard _ =
            terminal.onInterrupt(
                ExitCode.DONE.code(),
                () -> {
                  end.run();
                  bell.wake();
                })) {
      watch(screen, bell, look, keys != null);
    } finally {
      end.run();
    }
    return ExitCode.DONE;
  }

  private void watch(WatchScreen screen, EventBell bell, Look first, boolean withKeys)
      throws InterruptedException {
    KeyPresses keys = new KeyPresses(context.host().in());
    Duration step = withKeys ? BETWEEN_KEYS : TICK;
    Look look = first;
    boolean changed = true;
    long shownAtNanos = 0;
    while (true) {
      List<WatchKey> pressed = withKeys ? keys.taken() : List.of();
      pressed.forEach(screen::press);
      long now = context.host().clock().nanoTime();
      if (changed || !pressed.isEmpty() || now - shownAtNanos >= TICK.toNanos()) {
        screen.show(look, trouble);
        shownAtNanos = now;
      }
      if (screen.ended()) {
        return;
      }
      Optional<Look> next = next(bell, step);
      changed = next.isPresent();
      look = next.orElse(look);
    }
  }

  /** The next look, if there is one within that time. */
  private Optional<Look> next(EventBell bell, Duration step) throws InterruptedException {
    BackgroundLook asking = asked;
    if (asking != null) {
      return answer(asking, step);
    }
    long rest = nextLookAtNanos - context.host().clock().nanoTime();
    if (rest > 0) {
      bell.pause(Duration.ofNanos(Math.min(rest, step.toNanos())));
    } else if (bell.await(step)) {
      asked = new BackgroundLook(looker::look, context.host().clock()::nanoTime);
    }
    return Optional.empty();
  }

  private Optional<Look> answer(BackgroundLook asking, Duration step) throws InterruptedException {
    try {
      Optional<Look> answer = asking.await(step);
      if (answer.isEmpty()) {
        if (asking.age().compareTo(PATIENCE) > 0) {
          trouble = "the server has not answered for " + asking.age().toSeconds() + "s";
        }
        return answer;
      }
      trouble = "";
      answered(asking);
      return answer;
    } catch (Failure failure) {
      if (failure.exitCode() != ExitCode.UNREACHABLE) {
        throw failure;
      }
      trouble = failure.line(); // a server that restarts comes back; the picture is kept
      answered(asking);
      return Optional.empty();
    }
  }

  private void answered(BackgroundLook asking) {
    Duration took = asking.age().compareTo(PATIENCE) > 0 ? PACE : asking.age();
    long pause = Math.max(PACE.toNanos(), took.toNanos());
    nextLookAtNanos = context.host().clock().nanoTime() + pause;
    asked = null;
  }
}
