package dev.pullcord.protocol.manifest.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The table of bad manifests: files beside {@code cases.txt}, and a few that are too large to keep
 * as files.
 */
final class ManifestCases {
  /** What a schema can say of a case. */
  enum Schema {
    /** It refuses it too. */
    REFUSES,
    /** It cannot: the text is no JSON value at all, or the fault is gone once it is one. */
    CANNOT,
    /** The manifest is good, for both. */
    AGREES
  }

  /**
   * One case.
   *
   * @param name the file's
   * @param content the manifest
   * @param problems all of them, as {@code CODE@line:column} in the order of the file
   * @param hint a part of what is shown
   * @param schema what the schema can say
   */
  record Case(String name, byte[] content, List<String> problems, String hint, Schema schema) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final String HEAD =
      """
      version: 1
      bundles: {search: {paths: [search/]}}
      """;

  private ManifestCases() {}

  static List<Case> all() {
    List<Case> cases = new ArrayList<>(files());
    cases.add(
        new Case(
            "M10-too-large",
            ("#" + "x".repeat(256 << 10) + "\n" + HEAD).getBytes(StandardCharsets.UTF_8),
            List.of("TOO_LARGE@0:0"),
            "262195 bytes; at most 262144",
            Schema.CANNOT));
    cases.add(
        new Case(
            "M12-nested-10000-deep",
            (HEAD + "check: " + "[".repeat(10_000) + "]".repeat(10_000) + "\n")
                .getBytes(StandardCharsets.UTF_8),
            List.of("DEPTH@3:27"),
            "deeper than 20",
            Schema.CANNOT));
    cases.add(
        new Case(
            "M19-ten-thousand-arguments",
            (HEAD + "check: [{run: [" + "a,".repeat(10_000) + "]}]\n")
                .getBytes(StandardCharsets.UTF_8),
            List.of("COMMAND@3:15"),
            "10000 arguments; 1 to 256",
            Schema.REFUSES));
    return cases;
  }

  static byte[] content(String file) {
    try (InputStream in = ManifestCases.class.getResourceAsStream("/manifests/" + file)) {
      if (in == null) {
        throw new IllegalArgumentException("no test manifest " + file);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Case> files() {
    return new String(content("cases.txt"), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(ManifestCases::fromLine)
        .toList();
  }

  private static Case fromLine(String line) {
    String[] columns = line.split(" \\| ", -1);
    return new Case(
        columns[0],
        content(columns[0] + ".yaml"),
        columns[1].isBlank() ? List.of() : List.of(columns[1].split(" ")),
        columns[2],
        Schema.valueOf(columns[3].toUpperCase(Locale.ROOT)));
  }
}
