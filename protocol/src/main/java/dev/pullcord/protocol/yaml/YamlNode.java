package dev.pullcord.protocol.yaml;

import dev.pullcord.protocol.id.Quoted;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A value of a YAML document that knows where it stands. */
public sealed interface YamlNode {
  /** Where it begins in the file. */
  Position position();

  /** Where it is in the document: {@code check[0].timeout}; empty for the root. */
  String path();

  /** How it is shown in a message: a scalar as it is written, the others by what they are. */
  String shown();

  /**
   * A single value.
   *
   * @param position where it begins
   * @param path where it is in the document
   * @param text its text, quotes and escapes resolved
   * @param plain whether it was written without quotes, so that YAML may take it for a number
   */
  record Scalar(Position position, String path, String text, boolean plain) implements YamlNode {
    private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");
    private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+");
    private static final Pattern REAL =
        Pattern.compile(
            "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"
                + "|[-+]?(\\.inf|\\.Inf|\\.INF)|\\.nan|\\.NaN|\\.NAN");

    /** What the core schema of YAML 1.2 takes a scalar for. */
    public enum Kind {
      /** Text; also what YAML 1.1 took for something else: {@code no}, {@code 1:30}. */
      TEXT,
      /** Nothing at all. */
      NULL,
      /** {@code true} or {@code false}. */
      BOOLEAN,
      /** A whole number, in whatever base. */
      INTEGER,
      /** Any other number. */
      REAL
    }

    /** What YAML takes it for. */
    public Kind kind() {
      if (!plain) {
        return Kind.TEXT;
      }
      if (NULL.matcher(text).matches()) {
        return Kind.NULL;
      }
      if (BOOLEAN.matcher(text).matches()) {
        return Kind.BOOLEAN;
      }
      if (INTEGER.matcher(text).matches()) {
        return Kind.INTEGER;
      }
      return REAL.matcher(text).matches() ? Kind.REAL : Kind.TEXT;
    }

    @Override
    public String shown() {
      return switch (kind()) {
        case TEXT -> Quoted.of(text);
        case NULL -> text.isEmpty() ? "nothing" : text;
        case BOOLEAN, INTEGER, REAL -> {
          String quoted = Quoted.of(text);
          yield quoted.substring(1, quoted.length() - 1);
        }
      };
    }
  }

  /**
   * A list.
   *
   * @param position where it begins
   * @param path where it is in the document
   * @param items in order
   */
  record Sequence(Position position, String path, List<YamlNode> items) implements YamlNode {
    /** Copies. */
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String shown() {
      return "a list";
    }
  }

  /**
   * A mapping; no key is in it twice.
   *
   * @param position where it begins
   * @param path where it is in the document
   * @param entries in the order of the file
   */
  record Mapping(Position position, String path, List<Entry> entries) implements YamlNode {
    /** Copies. */
    public Mapping {
      entries = List.copyOf(entries);
    }

    /** The entry with this key. */
    public Optional<Entry> find(String key) {
      return entries.stream().filter(e -> e.key().equals(key)).findFirst();
    }

    @Override
    public String shown() {
      return "a mapping";
    }
  }

  /**
   * A key of a mapping and its value.
   *
   * @param position where the key begins
   * @param path of the value
   * @param key its text
   * @param value what stands there
   */
  record Entry(Position position, String path, String key, YamlNode value) {}

  /**
   * A value about which a problem is already known, an alias for example; no getter complains about
   * it again.
   *
   * @param position where it begins
   * @param path where it is in the document
   */
  record Broken(Position position, String path) implements YamlNode {
    @Override
    public String shown() {
      return "an unusable value";
    }
  }
}
