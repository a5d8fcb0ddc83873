package dev.pullcord.cli.command.login;

import dev.pullcord.cli.output.Failure;
import dev.pullcord.protocol.error.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads standard input to its end, up to 64 KiB. */
final class Stdin {
  private static final int LIMIT_BYTES = 64 << 10;

  private Stdin() {}

  static List<String> lines(InputStream in) {
    try {
      return new String(in.readNBytes(LIMIT_BYTES), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new Failure(ExitCode.USAGE, "cannot read standard input: " + e.getMessage(), e);
    }
  }

  static String firstLine(InputStream in) {
    List<String> lines = lines(in);
    return lines.isEmpty() ? "" : lines.getFirst();
  }
}
