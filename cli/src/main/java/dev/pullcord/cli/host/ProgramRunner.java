package dev.pullcord.cli.host;

import java.io.IOException;
import java.util.List;

/**
 * Other programs that the command runs: {@code git}. Failure modes: a program that is not installed
 * is an {@link IOException}; its exit code is the caller's to judge.
 */
public interface ProgramRunner {
  /**
   * How a program ended.
   *
   * @param exitCode its exit code
   * @param output both streams, at most 64 KiB
   */
  record Ended(int exitCode, String output) {}

  /** Runs a program without input and keeps what it says. It has 30 s. */
  Ended run(List<String> argv) throws IOException, InterruptedException;

  /** Runs a program on our own terminal and streams; the answer is its exit code. */
  int hand(List<String> argv) throws IOException, InterruptedException;

  /** The words that start this program again, for those that are to call it back: git. */
  List<String> self();
}
