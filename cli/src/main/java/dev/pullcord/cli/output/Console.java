package dev.pullcord.cli.output;

import dev.pullcord.base.text.TerminalText;
import dev.pullcord.cli.host.Host;
import dev.pullcord.cli.host.Terminal;
import dev.pullcord.protocol.unit.SpokenTimes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Standard output and standard error. Sentences say times as people do; JSON and what others wrote
 * stay as they are. Colour only on a terminal and without {@code NO_COLOR}. Lines are cut only
 * where they are redrawn; else a terminal wraps them and nothing is lost. A reader that went away
 * ({@code | head}) is no error: from then on nothing is written, and {@link #closed()} tells
 * whoever would go on for ever. Any other failure, such as a full disk, is said, and {@link
 * #lost()} tells that the command has not done what it was to do.
 */
public final class Console {
  private final OutputStream out;
  private final OutputStream err;
  private final Terminal terminal;
  private final InstantSource clock;
  private final boolean drawable;
  private final boolean colour;
  private final Signs signs;
  private volatile boolean closed;
  private volatile boolean lost;

  /**
   * The streams of a host.
   *
   * @param clock by which sentences say how long ago something was
   */
  public Console(Host host, InstantSource clock) {
    Map<String, String> environment = host.environment();
    out = host.out();
    err = host.err();
    terminal = host.terminal();
    this.clock = clock;
    drawable = terminal.outputIsTerminal() && !"dumb".equals(environment.get("TERM"));
    colour = drawable && environment.getOrDefault("NO_COLOR", "").isEmpty();
    signs = unicode(environment) ? Signs.UNICODE : Signs.ASCII;
  }

  private static boolean unicode(Map<String, String> environment) {
    for (String name : List.of("LC_ALL", "LC_CTYPE", "LANG")) {
      String value = environment.getOrDefault(name, "");
      if (!value.isEmpty()) {
        String locale = value.toLowerCase(Locale.ROOT);
        return locale.contains("utf-8") || locale.contains("utf8");
      }
    }
    return false;
  }

  /** The signs that can be shown here. */
  public Signs signs() {
    return signs;
  }

  /** Whether standard output can be redrawn. */
  public boolean drawable() {
    return drawable;
  }

  /** The terminal's size. */
  public Terminal.Size size() {
    return terminal.size();
  }

  /** Whether standard output takes nothing any more. */
  public boolean closed() {
    return closed;
  }

  /** Whether that is so though somebody wants to read it: a disk is full, for instance. */
  public boolean lost() {
    return lost;
  }

  /** A line on standard output. */
  public void line(StyledLine line) {
    write(spoken(line).render(colour).stripTrailing() + "\n");
  }

  /** Several lines on standard output. */
  public void lines(List<StyledLine> lines) {
    lines.forEach(this::line);
  }

  /** One JSON document on standard output. */
  public void json(Object value) {
    write(Json.of(value) + "\n");
  }

  /** Text of our own on standard output, as it is: help, completions, what git reads. */
  public void verbatim(String text) {
    write(text);
  }

  /** Goes to the terminal's other screen, which keeps what is on this one. */
  public void openScreen() {
    write("\033[?1049h\033[?25l");
  }

  /** Draws a picture over the whole screen, in one write, so that it does not flicker. */
  public void draw(List<StyledLine> lines) {
    int columns = terminal.size().columns();
    StringBuilder picture = new StringBuilder("\033[H");
    for (int i = 0; i < lines.size(); i++) {
      picture.append(i == 0 ? "" : "\r\n");
      picture.append(spoken(lines.get(i)).cut(columns - 1).render(colour)).append("\033[K");
    }
    write(picture.append("\033[J").toString());
  }

  /** Comes back from the other screen and leaves its last picture here. */
  public void closeScreen(List<StyledLine> lines) {
    int columns = terminal.size().columns();
    StringBuilder last = new StringBuilder("\033[?25h\033[?1049l");
    for (StyledLine line : lines) {
      last.append(spoken(line).cut(columns - 1).render(colour)).append("\n");
    }
    write(last.toString());
  }

  /** A line on standard error: what went wrong, what is being asked. */
  public void error(String text) {
    try {
      String said = SpokenTimes.of(TerminalText.clean(text)).ages(clock.instant());
      err.write((said + "\n").getBytes(StandardCharsets.UTF_8));
      err.flush();
    } catch (IOException e) {
      // Nowhere left to say so; the exit code still tells. Standard output may be well.
    }
  }

  private StyledLine spoken(StyledLine line) {
    return line.spoken(clock.instant());
  }

  private void write(String text) {
    if (closed) {
      return;
    }
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      closed = true;
      if (!readerLeft(e)) { // else it has seen enough
        lost = true;
        error("cannot write to standard output: " + e.getMessage());
      }
    }
  }

  /**
   * A pipe fails in no other way. The system's words alone would not do: they can be translated.
   */
  private boolean readerLeft(IOException e) {
    return terminal.outputIsPipe() || String.valueOf(e.getMessage()).contains("Broken pipe");
  }
}
