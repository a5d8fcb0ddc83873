package dev.pullcord.cli.output;

import java.util.ArrayList;
import java.util.List;

/**
 * Aligned columns without a frame, so that {@code awk} and people can read them. The last column is
 * the one that may be long: only it is cut when a terminal is too narrow.
 */
public final class Table {
  private static final String GAP = "  ";
  private final List<StyledLine> header;
  private final List<List<StyledLine>> rows = new ArrayList<>();

  /** A table with these headings. */
  public Table(String... headings) {
    header = List.of(headings).stream().map(h -> StyledLine.of(Style.FAINT, h)).toList();
  }

  /** Adds a row; it has as many cells as there are headings. */
  public Table row(StyledLine... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + header.size());
    }
    rows.add(List.of(cells));
    return this;
  }

  /** Whether there is no row. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The lines, the headings first. */
  public List<StyledLine> lines() {
    List<List<StyledLine>> all = new ArrayList<>();
    all.add(header);
    all.addAll(rows);
    int last = header.size() - 1;
    int[] widths = new int[last];
    for (List<StyledLine> row : all) {
      for (int i = 0; i < last; i++) {
        widths[i] = Math.max(widths[i], row.get(i).width());
      }
    }
    return all.stream().map(row -> join(row, widths)).toList();
  }

  private static StyledLine join(List<StyledLine> row, int[] widths) {
    StyledLine line = StyledLine.EMPTY;
    for (int i = 0; i < widths.length; i++) {
      StyledLine cell = row.get(i);
      line = line.add(cell).add(" ".repeat(widths[i] - cell.width()) + GAP);
    }
    return line.add(row.getLast());
  }
}
