package dev.pullcord.protocol.yaml;

import java.util.Comparator;

/**
 * A place in a file.
 *
 * @param line from 1; 0 for the whole file
 * @param column in characters, from 1; 0 for the whole file
 */
public record Position(int line, int column) implements Comparable<Position> {
  /** The file as a whole. */
  public static final Position FILE = new Position(0, 0);

  private static final Comparator<Position> ORDER =
      Comparator.comparingInt(Position::line).thenComparingInt(Position::column);

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }
}
