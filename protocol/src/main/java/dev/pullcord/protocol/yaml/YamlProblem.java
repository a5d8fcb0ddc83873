package dev.pullcord.protocol.yaml;

/**
 * One thing that is wrong with a file.
 *
 * @param code the file's prefix and the kind: {@code CONFIG_UNKNOWN_KEY}
 * @param file its name, as people know it
 * @param position where in the file
 * @param path where in the document, {@code git.poll}; empty for the root
 * @param message what is wrong with which value, what was expected, and "did you mean"
 */
public record YamlProblem(
    String code, String file, Position position, String path, String message) {
  /** The same, said of another place, with this before its message. */
  public YamlProblem at(YamlNode node, String before) {
    return new YamlProblem(code, file, node.position(), node.path(), before + message);
  }

  /** {@code CONFIG_TYPE agent.yaml:7:14 git.poll: …}, as every program shows it. */
  public String text() {
    String place =
        position.line() > 0 ? file + ":" + position.line() + ":" + position.column() : file;
    return code + "  " + place + "  " + (path.isEmpty() ? "" : path + ": ") + message;
  }
}
