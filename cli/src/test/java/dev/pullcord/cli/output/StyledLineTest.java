package dev.pullcord.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StyledLineTest {
  private final StyledLine line =
      StyledLine.of(Style.GOOD, "good").add(" and ").add(Style.BAD, "bad\033[0m");

  @Test
  void coloursOnlyWhereColourIsWanted() {
    assertThat(line.render(false)).isEqualTo("good and bad\\u001b[0m");
    assertThat(line.render(true)).isEqualTo("\033[32mgood\033[0m and \033[31mbad\\u001b[0m\033[0m");
  }

  @Test
  void isCutWithAnEllipsisAtTheEdge() {
    assertThat(line.cut(100)).isEqualTo(line);
    assertThat(line.cut(6).render(false)).isEqualTo("good …");
    assertThat(line.cut(4).render(false)).isEqualTo("goo…");
    assertThat(line.cut(9).width()).isLessThanOrEqualTo(9);
  }

  @Test
  void alignsColumnsAndLeavesTheLastOneFree() {
    Table table =
        new Table("A", "LONGER", "C")
            .row(StyledLine.of("long one"), StyledLine.of("漢字"), StyledLine.of("x"))
            .row(StyledLine.of("b"), StyledLine.of("é"), StyledLine.of("y z"));
    assertThat(table.lines().stream().map(l -> l.render(false)))
        .containsExactly("A         LONGER  C", "long one  漢字    x", "b         é       y z");
  }
}
