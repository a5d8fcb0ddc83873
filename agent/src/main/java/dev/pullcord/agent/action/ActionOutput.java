package dev.pullcord.agent.action;

import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.protocol.action.ActionReports;
import java.io.ByteArrayOutputStream;

/**
 * The output of an action, as it is told: whole lines, secrets masked, and of a lot the end.
 * Positions count the characters since its beginning.
 */
final class ActionOutput implements CommandRunner.Listener {
  /** A line that is longer is told in pieces. */
  private static final int LINE_MAX = 32 << 10;

  private final Masks masks;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  /** Of the line that many bytes were told: they may be the beginning of a secret. */
  private int told;

  private final StringBuilder text = new StringBuilder();
  private long start;

  ActionOutput(Masks masks) {
    this.masks = masks;
  }

  /** With what was kept before. */
  ActionOutput(Masks masks, long before, String kept) {
    this(masks);
    this.start = before;
    text.append(kept);
  }

  @Override
  public synchronized void wrote(byte[] bytes, int length) {
    int held = masks.longest() + Masks.CHARACTER_BYTES;
    int from = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\n') {
        line.write(bytes, from, i + 1 - from);
        from = i + 1;
        lineEnds();
      } else if (line.size() + (i + 1 - from) >= told + LINE_MAX + held) {
        line.write(bytes, from, i + 1 - from);
        from = i + 1;
        lineGoesOn(held);
      }
    }
    line.write(bytes, from, length - from);
  }

  /** Nothing more comes: what stands after the last end of a line is a line, too. */
  synchronized void ends() {
    lineEnds();
  }

  private void lineEnds() {
    byte[] bytes = line.toByteArray();
    tell(bytes, bytes.length);
    line.reset();
    told = 0;
  }

  /** Tells what stands before the bytes that may be the beginning of a secret. */
  private void lineGoesOn(int held) {
    byte[] bytes = line.toByteArray();
    int end = Masks.characterAt(bytes, bytes.length - held);
    tell(bytes, end);
    int kept = Masks.characterAt(bytes, Math.max(0, end - held));
    line.reset();
    line.write(bytes, kept, bytes.length - kept);
    told = end - kept;
  }

  private void tell(byte[] bytes, int to) {
    text.append(masks.piece(bytes, told, to).replace('\0', '\uFFFD'));
    if (text.length() > ActionReports.OUTPUT_MAX + LINE_MAX) {
      int over = text.length() - ActionReports.OUTPUT_MAX;
      int end = text.indexOf("\n", over) + 1;
      int cut = end > 0 ? end : over;
      text.delete(0, cut);
      start += cut;
    }
  }

  /** Where it ends. */
  synchronized long end() {
    return start + text.length();
  }

  /** From where on it is kept. */
  synchronized long start() {
    return start;
  }

  /** A piece from there on; from where on it is kept if that is later. */
  synchronized Piece from(long position) {
    int at = Math.clamp(position - start, 0, text.length());
    int to = Math.min(text.length(), at + ActionReports.PIECE_MAX);
    if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
      to--;
    }
    return new Piece(start + at, text.substring(at, to), to == text.length());
  }

  /** All of it that is kept. */
  synchronized String kept() {
    return text.toString();
  }

  /**
   * A part of it.
   *
   * @param from where it begins
   * @param text what it is
   * @param last whether nothing stands after it at present
   */
  record Piece(long from, String text, boolean last) {}
}
