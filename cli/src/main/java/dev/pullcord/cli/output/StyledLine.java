package dev.pullcord.cli.output;

import dev.pullcord.base.text.TerminalText;
import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.protocol.unit.SpokenTimes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A line or a table's cell: pieces of text, each with what it means. The pieces are cleaned here,
 * so whatever is in a line can be printed.
 *
 * @param spans the pieces, in order
 */
public record StyledLine(List<Span> spans) {
  /** The line without anything on it. */
  public static final StyledLine EMPTY = new StyledLine(List.of());

  /** Copies the list. */
  public StyledLine {
    spans = List.copyOf(spans);
  }

  /** A line of plain text. */
  public static StyledLine of(String text) {
    return of(Style.PLAIN, text);
  }

  /** A line of one style. */
  public static StyledLine of(Style style, String text) {
    return new StyledLine(List.of(new Span(style, text, false)));
  }

  /** A line that others wrote, and that is shown as it is. */
  public static StyledLine quoted(Style style, String text) {
    return new StyledLine(List.of(new Span(style, text, true)));
  }

  /** This line with more plain text at its end. */
  public StyledLine add(String text) {
    return add(Style.PLAIN, text);
  }

  /** This line with more text at its end. */
  public StyledLine add(Style style, String text) {
    return add(of(style, text));
  }

  /** This line and another one behind it. */
  public StyledLine add(StyledLine more) {
    List<Span> all = new ArrayList<>(spans);
    all.addAll(more.spans);
    return new StyledLine(all);
  }

  /** A sentence, and in faint letters its code, by which the documentation finds it. */
  public static StyledLine coded(String text) {
    StyledLine line = of(CodedText.sentence(text));
    return CodedText.code(text).map(code -> line.add(Style.FAINT, "  " + code)).orElse(line);
  }

  /** The same with the times of its sentences as people say them. */
  StyledLine spoken(Instant now) {
    return new StyledLine(spans.stream().map(span -> span.spoken(now)).toList());
  }

  /** Columns that it takes. */
  public int width() {
    return spans.stream().mapToInt(s -> TerminalText.width(s.text())).sum();
  }

  /** At most that many columns of it. */
  StyledLine cut(int columns) {
    if (width() <= columns) {
      return this;
    }
    List<Span> kept = new ArrayList<>();
    int left = columns;
    for (Span span : spans) {
      int width = TerminalText.width(span.text());
      if (width >= left) {
        kept.add(new Span(span.style(), TerminalText.cut(span.text() + " ", left), span.quoted()));
        break;
      }
      kept.add(span);
      left -= width;
    }
    return new StyledLine(kept);
  }

  /** The text as it is printed. */
  String render(boolean colour) {
    StringBuilder text = new StringBuilder();
    for (Span span : spans) {
      if (!colour || span.style() == Style.PLAIN || span.text().isEmpty()) {
        text.append(span.text());
      } else {
        text.append(span.style().escape()).append(span.text()).append(Style.RESET);
      }
    }
    return text.toString();
  }

  /**
   * A piece of one style.
   *
   * @param style what it means
   * @param text cleaned
   * @param quoted whether others wrote it
   */
  public record Span(Style style, String text, boolean quoted) {
    /** Cleans the text. */
    public Span {
      text = TerminalText.clean(text);
    }

    private Span spoken(Instant now) {
      return quoted ? this : new Span(style, SpokenTimes.of(text).ages(now), false);
    }
  }
}
