package dev.pullcord.cli.output;

import java.util.ArrayList;
import java.util.List;

/**
 * A line or a table's cell: pieces of text, each with what it means. The pieces are cleaned here,
 * so whatever is in a line can be printed.
 *
 * @param spans the pieces, in order
 */
public record Line(List<Span> spans) {
  /** The line without anything on it. */
  public static final Line EMPTY = new Line(List.of());

  /** Copies the list. */
  public Line {
    spans = List.copyOf(spans);
  }

  /** A line of plain text. */
  public static Line of(String text) {
    return of(Style.PLAIN, text);
  }

  /** A line of one style. */
  public static Line of(Style style, String text) {
    return new Line(List.of(new Span(style, text)));
  }

  /** This line with more plain text at its end. */
  public Line add(String text) {
    return add(Style.PLAIN, text);
  }

  /** This line with more text at its end. */
  public Line add(Style style, String text) {
    return add(of(style, text));
  }

  /** This line and another one behind it. */
  public Line add(Line more) {
    List<Span> all = new ArrayList<>(spans);
    all.addAll(more.spans);
    return new Line(all);
  }

  /** Columns that it takes. */
  int width() {
    return spans.stream().mapToInt(s -> Text.width(s.text())).sum();
  }

  /** At most that many columns of it. */
  Line cut(int columns) {
    if (width() <= columns) {
      return this;
    }
    List<Span> kept = new ArrayList<>();
    int left = columns;
    for (Span span : spans) {
      int width = Text.width(span.text());
      if (width >= left) {
        kept.add(new Span(span.style(), Text.cut(span.text() + " ", left)));
        break;
      }
      kept.add(span);
      left -= width;
    }
    return new Line(kept);
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
   */
  public record Span(Style style, String text) {
    /** Cleans the text. */
    public Span {
      text = Text.clean(text);
    }
  }
}
