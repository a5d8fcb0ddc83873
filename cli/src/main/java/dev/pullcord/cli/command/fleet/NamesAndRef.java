package dev.pullcord.cli.command.fleet;

import dev.pullcord.cli.output.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code NODE… REF}, or {@code -l LABELS REF}.
 *
 * @param names the nodes, none when there is a selector
 * @param ref the last word
 */
record NamesAndRef(List<String> names, String ref) {
  static NamesAndRef of(List<String> words, @Nullable String selector) {
    int least = selector == null ? 2 : 1;
    if (words.size() < least) {
      throw Failure.usage("nodes (or -l LABELS) and then a ref expected");
    }
    if (selector != null && words.size() > 1) {
      throw Failure.usage("names or -l LABELS, not both");
    }
    return new NamesAndRef(words.subList(0, words.size() - 1), words.getLast());
  }
}
