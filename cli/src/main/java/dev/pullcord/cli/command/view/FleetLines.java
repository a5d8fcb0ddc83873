package dev.pullcord.cli.command.view;

import dev.pullcord.cli.output.Ages;
import dev.pullcord.cli.output.Line;
import dev.pullcord.cli.output.Signs;
import dev.pullcord.cli.output.Style;
import dev.pullcord.protocol.api.Fleet;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a picture of the fleet says at its top and of each ref, read once or live. */
public final class FleetLines {
  private FleetLines() {}

  /** {@code not converged 2/3 ✗}, of at least one node. */
  public static Line verdict(int converged, int total, Signs signs) {
    boolean all = converged == total;
    return Line.of(
            all ? Style.BIG_GOOD : Style.BIG_BAD,
            (all ? "converged " : "not converged ") + converged + "/" + total)
        .add(" ")
        .add(signs.of(all));
  }

  /**
   * A ref with its head's commit, message, author and age.
   *
   * @param pushed when it moved, if that is known
   */
  public static Line head(Fleet.Ref ref, @Nullable Instant pushed, Instant now) {
    Line line = Line.of(Style.STRONG, ref.ref()).add("  ");
    if (ref.commit() == null) {
      return line.add("nothing pushed yet");
    }
    String age = pushed == null ? "" : ", " + Ages.ago(pushed, now);
    return line.add(Style.BUSY, ref.commit().abbreviated())
        .add("  " + orEmpty(ref.subject()))
        .add(Style.FAINT, "  (" + orEmpty(ref.author()) + age + ")");
  }

  /** {@code 1 failed, 2 pinned}, in order of name; what is not there is left out. */
  public static String counts(Map<String, Integer> counts) {
    return new TreeMap<>(counts)
        .entrySet().stream()
            .filter(e -> e.getValue() > 0)
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", "));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
