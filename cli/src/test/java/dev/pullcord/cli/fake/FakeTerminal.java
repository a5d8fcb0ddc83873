package dev.pullcord.cli.fake;

import dev.pullcord.cli.host.Terminal;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A terminal with somebody at it who has made up their answers beforehand. */
public final class FakeTerminal implements Terminal {
  private final Deque<String> answers = new ArrayDeque<>();
  private final List<String> questions = new ArrayList<>();
  private boolean input;
  private boolean output;
  private boolean keys;
  private boolean echoes;
  private volatile boolean raw;
  private Size size = new Size(100, 30);
  private volatile @Nullable Runnable atCtrlC;

  /** From now on somebody can be asked, and says this. */
  public void willAnswer(String... said) {
    input = true;
    answers.addAll(List.of(said));
  }

  /** From now on the output is looked at. */
  public void isWatched() {
    output = true;
  }

  /** From now on it shows whatever is typed. */
  public void cannotStopItsEcho() {
    echoes = true;
  }

  /** What was asked so far. */
  public List<String> questions() {
    return List.copyOf(questions);
  }

  @Override
  public boolean inputIsTerminal() {
    return input;
  }

  @Override
  public boolean outputIsTerminal() {
    return output;
  }

  @Override
  public boolean outputIsPipe() {
    return false;
  }

  @Override
  public @Nullable String readSecret(String prompt) throws IOException {
    if (echoes) {
      throw new IOException("the terminal's echo does not stop: stty -echo failed");
    }
    return readLine(prompt);
  }

  @Override
  public @Nullable String readLine(String prompt) {
    questions.add(prompt);
    return answers.poll();
  }

  /** From now on it has this size. */
  public void is(int columns, int rows) {
    size = new Size(columns, rows);
  }

  /** Presses Ctrl-C; false when nobody would clean up after it. */
  public boolean ctrlC() {
    Runnable last = atCtrlC;
    if (last != null) {
      last.run();
    }
    return last != null;
  }

  @Override
  public Guard onInterrupt(int exitCode, Runnable last) {
    atCtrlC = last;
    return () -> atCtrlC = null;
  }

  /** From now on keys can be pressed. */
  public void hasKeys() {
    keys = true;
  }

  /** Whether it is as it was before keys were read. */
  public boolean isRestored() {
    return !raw;
  }

  @Override
  public @Nullable Guard readKeys() {
    if (!keys) {
      return null;
    }
    raw = true;
    return () -> raw = false;
  }

  @Override
  public Size size() {
    return size;
  }
}
