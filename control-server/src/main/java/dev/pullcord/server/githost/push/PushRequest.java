package dev.pullcord.server.githost.push;

import dev.pullcord.server.refusal.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Reads what comes before the pack of a push, the lines that say which refs are to move, and
 * refuses what is no such line before git's library sees it: the library answers some of them with
 * an exception of the Java language.
 *
 * <p>The form is that of gitprotocol-pack(5): pkt-lines, each with its length in four hex digits,
 * up to an empty one, and the same again for push options where the client announced them.
 */
final class PushRequest {
  /** Room for some 20,000 refs; more is no push to a fleet. */
  private static final int LINES_MAX_BYTES = 3 << 20;

  private static final int HEADER = 4;
  private static final Pattern LENGTH = Pattern.compile("[0-9a-fA-F]{4}");
  private static final Pattern UPDATE =
      Pattern.compile("([0-9a-f]{40} [0-9a-f]{40} [^\\x00]+|shallow [0-9a-f]{40})(\\x00.*)?");

  private final InputStream in;
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();

  private PushRequest(InputStream in) {
    this.in = in;
  }

  /**
   * The same bytes again, once their beginning has been found to be in order.
   *
   * @throws Refusal when it is not
   */
  static InputStream checked(InputStream in) throws IOException {
    PushRequest request = new PushRequest(in);
    if (request.updates()) {
      request.options();
    }
    return new SequenceInputStream(new ByteArrayInputStream(request.read.toByteArray()), in);
  }

  /** Reads the updates; answers whether push options follow. */
  private boolean updates() throws IOException {
    boolean options = false;
    boolean first = true;
    for (String line = line(); !line.isEmpty(); line = line()) {
      if (!UPDATE.matcher(line.strip()).matches()) {
        throw refused("a line that is no update of a ref (old id, new id, name of the ref)");
      }
      if (first && line.indexOf('\0') >= 0) {
        options = (line.substring(line.indexOf('\0')) + " ").contains(" push-options ");
      }
      first = false;
    }
    return options;
  }

  private void options() throws IOException {
    String line = line();
    while (!line.isEmpty()) {
      line = line();
    }
  }

  /** The next line with its content, or nothing where the flush stands. */
  private String line() throws IOException {
    String header = new String(bytes(HEADER), StandardCharsets.ISO_8859_1);
    if (!LENGTH.matcher(header).matches()) {
      throw refused("four hex digits are expected at the beginning of a line");
    }
    int length = Integer.parseInt(header, 16);
    if (length == 0) {
      return "";
    }
    if (length <= HEADER) {
      throw refused("a line of " + length + " bytes; at least 5 are expected");
    }
    return new String(bytes(length - HEADER), StandardCharsets.ISO_8859_1);
  }

  private byte[] bytes(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw refused("the request ends in the middle of its lines");
    }
    read.writeBytes(bytes);
    if (read.size() > LINES_MAX_BYTES) {
      throw refused("more than " + (LINES_MAX_BYTES >> 20) + " MiB of refs in one push");
    }
    return bytes;
  }

  private static Refusal refused(String what) {
    return new Refusal(Refusal.Kind.MALFORMED, "GIT_PROTOCOL", "no push of git: " + what, null);
  }
}
