package dev.pullcord.cli.command.watch;

import dev.pullcord.cli.command.VerbContext;
import dev.pullcord.cli.host.Terminal;
import dev.pullcord.cli.output.StyledLine;
import java.util.List;

/**
 * Where the live picture is shown: drawn in place on a terminal, told change by change elsewhere.
 * {@link #end} may come from another thread, which is that of Ctrl-C; nothing is drawn after it.
 */
final class WatchScreen {
  private final VerbContext context;
  private final ChangeLog log;
  private final boolean drawn;
  private final String server;
  private WatchView view;
  private int furthest;
  private List<StyledLine> last = List.of();
  private List<StyledLine> left = List.of();
  private Terminal.Size lastSize = Terminal.Size.USUAL;
  private boolean ended;

  WatchScreen(VerbContext context, boolean keys) {
    this.context = context;
    log = new ChangeLog(context);
    drawn = context.drawable();
    view = WatchView.from(keys);
    server = context.access().address().host();
    if (drawn) {
      context.console().openScreen();
    }
  }

  /** Shows a look that was just taken, or the one before while the server cannot be reached. */
  synchronized void show(Look look, String trouble) {
    if (ended) {
      return;
    }
    if (drawn) {
      draw(look, trouble);
    } else if (trouble.isEmpty()) {
      log.look(look);
    } else {
      log.trouble(trouble);
    }
  }

  private void draw(Look look, String trouble) {
    Terminal.Size size = context.console().size();
    Frame frame = new Frame(look, server, context.now(), context.console().signs(), size, view);
    List<StyledLine> lines = frame.lines(trouble);
    furthest = frame.furthest();
    if (!lines.equals(last) || !size.equals(lastSize)) {
      context.console().draw(lines);
      last = lines;
      left = lines.subList(0, Math.max(0, lines.size() - frame.footRows()));
      lastSize = size;
    }
  }

  /** Somebody pressed a key; what it changes is in the next picture. */
  synchronized void press(WatchKey key) {
    view = view.after(key, furthest);
    if (key == WatchKey.QUIT) {
      end();
    }
  }

  synchronized boolean ended() {
    return ended || context.console().closed();
  }

  /** Gives the terminal back as it was, with the last picture on it. */
  synchronized void end() {
    if (!ended && drawn) {
      context.console().closeScreen(left);
    }
    ended = true;
  }
}
