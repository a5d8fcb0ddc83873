package dev.pullcord.cli.fake;

import dev.pullcord.cli.output.StyledLine;
import java.util.List;
import java.util.stream.Collectors;

/** Styled lines as they are without colour. */
public final class PlainText {
  private PlainText() {}

  /** The lines, each without spaces at its end. */
  public static List<String> of(List<StyledLine> lines) {
    return lines.stream()
        .map(line ->
            line.spans().stream()
                .map(StyledLine.Span::text)
                .collect(Collectors.joining())
                .stripTrailing())
        .toList();
  }
}
