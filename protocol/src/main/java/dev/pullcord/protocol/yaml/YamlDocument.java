package dev.pullcord.protocol.yaml;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * One YAML file that has been read, and what is wrong with it so far.
 *
 * <pre>{@code
 * YamlDocument file = YamlDocument.read(bytes, "agent.yaml", "CONFIG");
 * Section root = file.root();
 * Duration poll = root.duration("poll", ofSeconds(1), ofDays(1)).orElse(DEFAULT_POLL);
 * Optional<GitConfig> git = root.section("git").map(GitConfig::read); // ends with finish(), too
 * root.finish();
 * file.problems().list().forEach(p -> show(p.text()));
 * }</pre>
 *
 * <p>A getter that finds something wrong records it and answers with nothing, so that the default
 * stands in and reading goes on. {@link Section#finish()} reports every key that no getter asked
 * for. Owns everything that can be wrong with the file as text: too large, not UTF-8, syntax,
 * aliases, tags, nesting, repeated keys, several documents, no content.
 */
public final class YamlDocument {
  private final Problems problems;
  private final Optional<YamlNode.Mapping> root;

  private YamlDocument(Problems problems, Optional<YamlNode.Mapping> root) {
    this.problems = problems;
    this.root = root;
  }

  /**
   * Reads a file; never throws for what is in it.
   *
   * @param content all of it
   * @param file its name in messages
   * @param prefix what its codes begin with: {@code MANIFEST}, {@code CONFIG}
   */
  public static YamlDocument read(byte[] content, String file, String prefix) {
    Problems problems = new Problems(file, prefix);
    Optional<YamlNode.Mapping> root =
        SourceText.decode(content, problems)
            .flatMap(text -> parse(text, problems))
            .flatMap(node -> rootMapping(node, problems));
    return new YamlDocument(problems, root);
  }

  /**
   * The outermost mapping. When the file cannot be read at all, which is a problem already, it is
   * an empty one that complains about nothing.
   */
  public Section root() {
    return root.map(mapping -> new Section(mapping, problems)).orElseGet(YamlDocument::nothing);
  }

  private static Section nothing() {
    return new Section(
        new YamlNode.Mapping(Position.FILE, "", List.of()), new Problems("", "IGNORED"));
  }

  /** Where everything that is wrong is collected, also by the getters of the sections. */
  public Problems problems() {
    return problems;
  }

  private static Optional<YamlNode> parse(String text, Problems problems) {
    // The version function lets every %YAML through, since the composer refuses directives itself.
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(problems.file())
            .setVersionFunction(version -> version)
            .build();
    try {
      Optional<YamlNode> node =
          new Composer(new Parse(settings).parseString(text).iterator(), problems).compose();
      if (node.isEmpty() && problems.none()) {
        empty(problems);
      }
      return node;
    } catch (MarkedYamlEngineException e) {
      syntax(problems, text, e.getProblemMark(), e);
    } catch (ReaderException e) {
      int index = Math.min(e.getPosition(), text.codePointCount(0, text.length()));
      String before = text.substring(0, text.offsetByCodePoints(0, index));
      problems.add(
          "SYNTAX",
          SourceText.after(before),
          "",
          String.format("the character U+%04X cannot stand in YAML; escape it", e.getCodePoint()));
    } catch (YamlEngineException e) {
      problems.add("SYNTAX", Position.FILE, "", "not YAML: " + oneLine(e.getMessage()));
    }
    return Optional.empty();
  }

  private static void syntax(
      Problems problems, String text, Optional<Mark> mark, MarkedYamlEngineException e) {
    Position position =
        mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(Position.FILE);
    String line = SourceText.line(text, Math.max(1, position.line()));
    String found = oneLine(e.getProblem()).replaceAll("\\.? \\(Do not use .*\\)$", "");
    String what = found.contains("TAB") ? "a tab here; indent with spaces" : found;
    String context = e.getContext() == null ? "" : oneLine(e.getContext()) + ": ";
    problems.add("SYNTAX", position, "", context + what + "; the line is " + line);
  }

  private static Optional<YamlNode.Mapping> rootMapping(YamlNode node, Problems problems) {
    return switch (node) {
      case YamlNode.Mapping mapping -> Optional.of(mapping);
      case YamlNode.Scalar scalar when scalar.plain() && scalar.text().isEmpty() -> {
        empty(problems);
        yield Optional.empty();
      }
      case YamlNode.Broken _ -> Optional.empty();
      case YamlNode.Scalar _, YamlNode.Sequence _ -> {
        problems.add("TYPE", node, node.shown() + " at the top; keys and values are expected");
        yield Optional.empty();
      }
    };
  }

  private static void empty(Problems problems) {
    problems.add("EMPTY", Position.FILE, "", "there is nothing in it, or comments only");
  }

  private static String oneLine(@Nullable String message) {
    return message == null ? "" : message.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
  }
}
