package dev.pullcord.agent.config;

import dev.pullcord.agent.host.LocaleNames;
import dev.pullcord.agent.rights.AllowedWork;
import dev.pullcord.agent.source.GitRemote;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.manifest.WorkReader;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what the node's owner lets a commit do: from which refs, which kinds, which actions. */
final class AllowedWorkReader {
  private static final int ENTRIES_MAX = 100;
  private static final Pattern ACTION = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  private AllowedWorkReader() {}

  /** Reads the keys of the file's top level; {@code standard} stands for what is not there. */
  static AllowedWork read(Section root, AllowedWork standard) {
    List<String> kinds = WorkReader.all().stream().map(WorkReader::kind).toList();
    return new AllowedWork(
        texts(root, "refs", AllowedWorkReader::isRef, "a ref, or release/* for all below"),
        texts(root, "kinds", kinds::contains, "one of " + String.join(", ", kinds)),
        actions(root),
        plainPaths(root, "targets", "/opt/app/ is a directory, /opt/app/search a link"),
        root.flag("as-root").orElse(standard.asRoot()));
  }

  private static boolean isRef(String text) {
    String plain = text.endsWith("/*") ? text.substring(0, text.length() - 2) : text;
    return GitRemote.isBranch(plain);
  }

  /** {@code all}, {@code none} or a list of names; null for all. */
  private static @Nullable List<String> actions(Section root) {
    Optional<YamlNode> node = root.node("actions");
    if (node.isEmpty() || node.get() instanceof YamlNode.Sequence) {
      List<String> names =
          texts(root, "actions", name -> ACTION.matcher(name).matches(), "the name of an action");
      return node.isEmpty() ? null : names;
    }
    Optional<Boolean> all = root.choice("actions", Map.of("all", true, "none", false));
    return all.orElse(true) ? null : List.of();
  }

  private static List<String> texts(
      Section root, String key, Predicate<String> isGood, String expected) {
    List<String> texts = new ArrayList<>();
    for (YamlNode entry :
        root.node(key).flatMap(n -> root.values().list(n, ENTRIES_MAX)).orElse(List.of())) {
      root.values()
          .text(entry)
          .ifPresent(text -> {
            try {
              if (isGood.test(text)) {
                texts.add(text);
              } else {
                root.problems().add("VALUE", entry, Quoted.of(text) + " is not " + expected);
              }
            } catch (InvalidPathException e) {
              root.problems().add("VALUE", entry, LocaleNames.unwritable(text));
            }
          });
    }
    return texts;
  }

  /** Absolute paths under this key, each as it is; one with a slash at its end is a directory. */
  static List<String> plainPaths(Section root, String key, String example) {
    return texts(
        root, key, AllowedWorkReader::isPlain, "an absolute path in its plain form; " + example);
  }

  private static boolean isPlain(String path) {
    boolean directory = path.length() > 1 && path.endsWith("/");
    String plain = directory ? path.substring(0, path.length() - 1) : path;
    return plain.indexOf('\0') < 0
        && Path.of("/").resolve(plain).normalize().toString().equals(plain);
  }
}
