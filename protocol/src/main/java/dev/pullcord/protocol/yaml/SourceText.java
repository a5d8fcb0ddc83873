package dev.pullcord.protocol.yaml;

import dev.pullcord.protocol.id.Quoted;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Decodes a file: bounded as a whole and by line, UTF-8 without a byte order mark, no NUL. */
final class SourceText {
  /** What no file of ours needs to be larger than. */
  static final int LIMIT_BYTES = 256 << 10;

  /** What no line of ours needs to be longer than; the scanner costs 400 bytes a character. */
  private static final int LINE_LIMIT = 64 << 10;

  private SourceText() {}

  /** The text, or nothing and a problem that names the first byte that is wrong. */
  static Optional<String> decode(byte[] content, Problems problems) {
    if (content.length > LIMIT_BYTES) {
      problems.add(
          "TOO_LARGE",
          Position.FILE,
          "",
          content.length + " bytes; at most " + LIMIT_BYTES + " (256KiB) are read");
      return Optional.empty();
    }
    if (startsWith(content, 0xEF, 0xBB, 0xBF)) {
      return refuse(problems, 0, "", "a byte order mark at byte offset 0");
    }
    if (startsWith(content, 0xFE, 0xFF) || startsWith(content, 0xFF, 0xFE)) {
      return refuse(problems, 0, "", "a UTF-16 byte order mark at byte offset 0");
    }
    ByteBuffer in = ByteBuffer.wrap(content);
    CharBuffer out = CharBuffer.allocate(content.length);
    CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      int offset = in.position();
      String shown = String.format("byte 0x%02x at byte offset %d", content[offset], offset);
      return refuse(problems, offset, text, shown + " is not UTF-8");
    }
    int nul = text.indexOf('\0');
    if (nul >= 0) {
      int offset = text.substring(0, nul).getBytes(StandardCharsets.UTF_8).length;
      return refuse(problems, offset, text.substring(0, nul), "NUL at byte offset " + offset);
    }
    return linesFit(text, problems) ? Optional.of(text) : Optional.empty();
  }

  private static boolean linesFit(String text, Problems problems) {
    int line = 1;
    for (int start = 0; start <= text.length(); line++) {
      int newline = text.indexOf('\n', start);
      int end = newline < 0 ? text.length() : newline;
      if (end - start > LINE_LIMIT) {
        problems.add(
            "TOO_LARGE",
            new Position(line, 1),
            "",
            "a line of " + (end - start) + " characters; at most " + LINE_LIMIT + " are read");
        return false;
      }
      start = end + 1;
    }
    return true;
  }

  /** The line of that number, from 1, as it is shown in a message. */
  static String line(String text, int number) {
    return text.lines().skip(number - 1L).findFirst().map(Quoted::of).orElse("\"\"");
  }

  /** The place that comes after so much text. */
  static Position after(String before) {
    int start = before.lastIndexOf('\n') + 1;
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    return new Position(line, 1 + before.codePointCount(start, before.length()));
  }

  private static Optional<String> refuse(
      Problems problems, int offset, String before, String what) {
    Position position = offset == 0 ? new Position(1, 1) : after(before);
    problems.add("ENCODING", position, "", what + "; UTF-8 is needed, without a byte order mark");
    return Optional.empty();
  }

  private static boolean startsWith(byte[] content, int... bytes) {
    if (content.length < bytes.length) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if ((content[i] & 0xFF) != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
