package dev.pullcord.cli.host;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of this process. Java's own console exists only when both streams are terminals, so
 * each is asked for by itself where {@code /proc} tells.
 */
final class SystemTerminal implements Terminal {
  private static final long SIZE_HOLDS_NANOS = 2_000_000_000L;
  private static final File TTY = new File("/dev/tty");
  private static final Duration SIZE_WITHIN = Duration.ofSeconds(2);

  /** A busy machine may take long to start a program. */
  private static final Duration MODE_WITHIN = Duration.ofSeconds(30);

  /** What shells have for a program that Ctrl-C has ended. */
  private static final int LEFT = 130;

  private @Nullable Size size;
  private long askedAtNanos;

  @Override
  public boolean inputIsTerminal() {
    return isTerminal(0);
  }

  @Override
  public boolean outputIsTerminal() {
    return isTerminal(1);
  }

  @Override
  public boolean outputIsPipe() {
    String target = behind(1).orElse("");
    return target.startsWith("pipe:") || target.startsWith("socket:");
  }

  private static boolean isTerminal(int descriptor) {
    return behind(descriptor)
        .map(target ->
            target.startsWith("/dev/pts/")
                || target.startsWith("/dev/tty")
                || target.equals("/dev/console"))
        .orElseGet(() -> {
          Console console = System.console();
          return console != null && console.isTerminal();
        });
  }

  /** What a descriptor is open on; nothing where the system does not tell. */
  private static Optional<String> behind(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    if (!Files.isSymbolicLink(link)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readSymbolicLink(link).toString());
    } catch (IOException e) {
      return Optional.of(""); // closed in between: nobody sees it
    }
  }

  @Override
  public @Nullable String readSecret(String prompt) throws IOException {
    Console console = System.console();
    if (console != null && console.isTerminal()) {
      char[] secret = console.readPassword("%s", prompt);
      return secret == null ? null : new String(secret);
    }
    String before = mode("-g");
    if (before == null || before.isEmpty()) {
      throw new IOException("there is no way to stop the terminal's echo: stty does not work");
    }
    try (Guard _ = onInterrupt(LEFT, () -> mode(before))) {
      if (mode("-echo", "echonl") == null) {
        throw new IOException("the terminal's echo does not stop: stty -echo failed");
      }
      return ask(prompt);
    } finally {
      mode(before);
    }
  }

  @Override
  public @Nullable String readLine(String prompt) {
    Console console = System.console();
    return console != null && console.isTerminal() ? console.readLine("%s", prompt) : ask(prompt);
  }

  /**
   * Where standard output goes elsewhere, Java has no console: the terminal is there all the same.
   */
  private static @Nullable String ask(String prompt) {
    try (OutputStream out = new FileOutputStream(TTY);
        InputStream in = new FileInputStream(TTY)) {
      out.write(prompt.getBytes(StandardCharsets.UTF_8));
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int next = in.read();
      if (next < 0) {
        return null;
      }
      while (next >= 0 && next != '\n') {
        line.write(next);
        next = in.read();
      }
      return line.toString(StandardCharsets.UTF_8);
    } catch (IOException e) {
      return null; // no terminal after all
    }
  }

  @Override
  public Guard onInterrupt(int exitCode, Runnable last) {
    Runtime runtime = Runtime.getRuntime();
    Thread hook =
        new Thread(() -> {
          last.run();
          runtime.halt(exitCode); // else the signal would decide on it
        });
    runtime.addShutdownHook(hook);
    return () -> {
      try {
        runtime.removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // it is running: it ends the process before anybody sees that we came here
      }
    };
  }

  @Override
  public @Nullable Guard readKeys() {
    if (!inputIsTerminal()) {
      return null;
    }
    String before = mode("-g");
    if (before == null || before.isEmpty()) {
      return null;
    }
    if (mode("-icanon", "-echo", "min", "1", "time", "0") == null) {
      mode(before);
      return null;
    }
    return () -> mode(before);
  }

  @Override
  public Size size() {
    Size known = size;
    long now = System.nanoTime();
    if (known == null || now - askedAtNanos > SIZE_HOLDS_NANOS) {
      known = ask();
      size = known;
      askedAtNanos = now;
    }
    return known;
  }

  private static Size ask() {
    String answer = Objects.requireNonNullElse(stty(SIZE_WITHIN, "size"), "");
    int space = answer.indexOf(' ');
    try {
      int rows = Integer.parseInt(answer.substring(0, Math.max(0, space)));
      int columns = Integer.parseInt(answer.substring(space + 1));
      return columns == 0 ? Size.USUAL : new Size(columns, rows);
    } catch (NumberFormatException e) {
      return Size.USUAL; // no stty or no terminal behind it: a guess is good enough to draw on
    }
  }

  private static @Nullable String mode(String... arguments) {
    return stty(MODE_WITHIN, arguments);
  }

  /** What stty says of our terminal; null where it did not do what it was asked to, or is late. */
  private static @Nullable String stty(Duration within, String... arguments) {
    List<String> argv = new ArrayList<>(List.of("stty"));
    argv.addAll(List.of(arguments));
    try {
      Process stty =
          new ProcessBuilder(argv)
              .redirectInput(TTY)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
        stty.destroyForcibly();
        return null;
      }
      byte[] said = stty.getInputStream().readNBytes(1000);
      return stty.exitValue() == 0 ? new String(said, StandardCharsets.US_ASCII).strip() : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
