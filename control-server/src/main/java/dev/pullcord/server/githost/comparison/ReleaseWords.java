package dev.pullcord.server.githost.comparison;

import dev.pullcord.git.tree.ReleaseContent.Deployable;
import dev.pullcord.git.tree.TreeFile;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.BundlePaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/**
 * Collects the words of a release's code: of the text files whose change restarts a worker. A name
 * of the manifest that is none of them is one that nobody reads, or one of a library.
 *
 * @param all every word
 * @param variables those that the code reads from its environment, as far as that can be seen
 * @param queues those that the code sends to or declares, as far as that can be seen
 */
record ReleaseWords(Set<String> all, Set<String> variables, Set<String> queues) {
  private static final int FILES_MAX = 1000;
  private static final int FILE_BYTES_MAX = 128 << 10;
  private static final long BYTES_MAX = 1 << 20;

  /** More queues or variables than this are something else, and each is compared with others. */
  private static final int NAMES_MAX = 1000;

  /** Without turning back, which would take a frame of the stack for each part of a word. */
  private static final Pattern WORD = Pattern.compile("\\w[\\w-]*+(?:\\.[\\w-]++)*+");

  private static final Pattern PART = Pattern.compile("\\w+");
  private static final Pattern VARIABLE =
      Pattern.compile(
          "(?:environ(?:\\.get)?|getenv|ENV)\\s*[\\[(]\\s*[\"'](\\w+)|process\\.env\\.(\\w+)"
              + "|\\$\\{?([A-Za-z_]\\w+)");
  private static final Pattern QUEUE =
      Pattern.compile(
          "queue[\"']?\\s*[:=]\\s*[\"']([^\"'\\s]{1,200})[\"']"
              + "|Queue\\(\\s*(?:name\\s*=\\s*)?[\"']([^\"'\\s]{1,200})[\"']");

  /** The words; nothing when there is too much code to look through at a push. */
  static Optional<ReleaseWords> of(Repository repository, Deployable content) throws IOException {
    ReleaseWords words = new ReleaseWords(new HashSet<>(), new TreeSet<>(), new TreeSet<>());
    BundlePaths bundles = new BundlePaths(content.manifest());
    long bytes = 0;
    int files = 0;
    try (ObjectReader reader = repository.newObjectReader()) {
      for (TreeFile file : content.files().values()) {
        if (file.kind() == TreeFile.Kind.LINK || !restarts(bundles.owner(file.path()))) {
          continue;
        }
        bytes += file.size();
        files++;
        if (files > FILES_MAX || bytes > BYTES_MAX || file.size() > FILE_BYTES_MAX) {
          return Optional.empty();
        }
        ObjectLoader loader = reader.open(ObjectId.fromString(file.objectId()));
        words.add(new String(loader.getCachedBytes(FILE_BYTES_MAX), StandardCharsets.UTF_8));
        if (Math.max(words.variables.size(), words.queues.size()) > NAMES_MAX) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(words);
  }

  private static boolean restarts(@Nullable Bundle bundle) {
    return bundle != null && bundle.onChange() == Bundle.OnChange.RESTART;
  }

  /** Adds those of some text. */
  void add(String text) {
    if (text.indexOf('\0') >= 0) {
      return;
    }
    collect(WORD, text, all);
    collect(PART, text, all);
    collect(VARIABLE, text, variables);
    collect(QUEUE, text, queues);
    all.addAll(variables);
    all.addAll(queues);
  }

  private static void collect(Pattern pattern, String text, Set<String> into) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      for (int group = Math.min(1, matcher.groupCount()); group <= matcher.groupCount(); group++) {
        String found = pattern == WORD ? matcher.group() : matcher.group(group);
        if (found != null) {
          into.add(found);
        }
      }
    }
  }
}
