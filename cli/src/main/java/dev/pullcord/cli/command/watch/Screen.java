package dev.pullcord.cli.command.watch;

import dev.pullcord.cli.command.Desk;
import dev.pullcord.cli.host.Terminal;
import dev.pullcord.cli.output.Line;
import java.util.List;

/**
 * Where the live picture is shown: drawn in place on a terminal, told change by change elsewhere.
 * {@link #end} may come from another thread, which is that of Ctrl-C; nothing is drawn after it.
 */
final class Screen {
  private final Desk desk;
  private final ChangeLog log;
  private final boolean drawn;
  private List<Line> last = List.of();
  private Terminal.Size lastSize = Terminal.Size.USUAL;
  private boolean ended;

  Screen(Desk desk) {
    this.desk = desk;
    log = new ChangeLog(desk);
    drawn = desk.console().drawable() && !desk.json();
    if (drawn) {
      desk.console().openScreen();
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
    Terminal.Size size = desk.console().size();
    List<Line> lines = new Frame(look, desk.now(), desk.console().signs(), size).lines(trouble);
    if (!lines.equals(last) || !size.equals(lastSize)) {
      desk.console().draw(lines);
      last = lines;
      lastSize = size;
    }
  }

  synchronized boolean ended() {
    return ended || desk.console().closed();
  }

  /** Gives the terminal back as it was, with the last picture on it. */
  synchronized void end() {
    if (!ended && drawn) {
      desk.console().closeScreen(last);
    }
    ended = true;
  }
}
