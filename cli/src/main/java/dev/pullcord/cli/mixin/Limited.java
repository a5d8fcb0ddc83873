package dev.pullcord.cli.mixin;

import dev.pullcord.cli.command.Replies;
import dev.pullcord.cli.output.Failure;
import dev.pullcord.client.ServerReply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code -n}: how much of a long list is shown, newest first. */
public final class Limited {
  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "How many at most, 1 to 10000; default: ${DEFAULT-VALUE}.")
  int limit;

  /** With this limit where none is given. */
  public Limited(int limit) {
    this.limit = limit;
  }

  /**
   * The first part of a list.
   *
   * @param items so many as were asked for
   * @param last of which there is more; null when these are all
   * @param <T> what is listed
   */
  public record Part<T>(List<T> items, @Nullable T last) {}

  /**
   * Reads pages until there are enough.
   *
   * @param page the page after a cursor, which is null for the first
   * @param items of a page
   * @param next the cursor of a page, null at the end
   */
  public <P, T> Part<T> read(
      Function<@Nullable String, ServerReply<P>> page,
      Function<P, List<T>> items,
      Function<P, @Nullable String> next) {
    if (limit < 1 || limit > 10_000) {
      throw Failure.usage("--limit " + limit + ": 1 to 10000 expected");
    }
    List<T> all = new ArrayList<>();
    String cursor = null;
    do {
      P got = Replies.need(page.apply(cursor));
      all.addAll(items.apply(got));
      cursor = next.apply(got);
    } while (cursor != null && all.size() < limit);
    List<T> shown = List.copyOf(all.subList(0, Math.min(limit, all.size())));
    boolean more = cursor != null || all.size() > shown.size();
    return new Part<>(shown, more ? shown.getLast() : null);
  }
}
