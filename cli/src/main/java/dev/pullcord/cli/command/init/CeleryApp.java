package dev.pullcord.cli.command.init;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Celery application in a file of Python code.
 *
 * @param module as after {@code celery -A}: {@code tasks.app}, or {@code tasks:queue} where the
 *     variable has a name that Celery does not look for
 * @param root the directory of the repository that the module is below; empty for the repository
 */
record CeleryApp(String module, String root) {
  /** An assignment at the beginning of a line, as modules make their application. */
  private static final Pattern MADE =
      Pattern.compile(
          "(?m)^([A-Za-z_][A-Za-z0-9_]*)\\s*(?::[^=\\n]+)?=\\s*(?:celery\\.)?Celery\\(");

  /** The names that {@code celery -A MODULE} finds by itself. */
  private static final List<String> FOUND_BY_CELERY = List.of("app", "celery");

  private static final List<String> ROOTS = List.of("src/", "lib/");
  private static final Pattern MODULE =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(/[A-Za-z_][A-Za-z0-9_]*)*");

  /**
   * The application that this file makes.
   *
   * @param path in the repository, {@code tasks/app.py}
   */
  static Optional<CeleryApp> in(String path, String code) {
    Matcher made = MADE.matcher(code);
    if (!made.find()) {
      return Optional.empty();
    }
    String root = ROOTS.stream().filter(path::startsWith).findFirst().orElse("");
    String name = path.substring(root.length(), path.length() - ".py".length());
    String module = name.endsWith("/__init__") ? name.substring(0, name.length() - 9) : name;
    if (!MODULE.matcher(module).matches()) {
      return Optional.empty();
    }
    String variable = made.group(1);
    String dotted = module.replace('/', '.');
    return Optional.of(
        new CeleryApp(FOUND_BY_CELERY.contains(variable) ? dotted : dotted + ":" + variable, root));
  }

  /** What a worker of it is called: the first part of its module. */
  String worker() {
    String first = module.split("[.:]", 2)[0].toLowerCase(Locale.ROOT).replace('_', '-');
    return first.matches("[a-z0-9][a-z0-9-]{0,40}") ? first : "worker";
  }
}
