package dev.pullcord.protocol.manifest;

/**
 * One thing that is wrong with a manifest.
 *
 * @param code {@code MANIFEST_UNKNOWN_KEY}, …
 * @param line from 1; 0 when it concerns the whole file
 * @param column from 1; 0 when it concerns the whole file
 * @param path where in the document, {@code workers.grep.health}; empty for the root
 * @param message what is wrong with which value, what was expected, and "did you mean"
 */
public record ManifestProblem(String code, int line, int column, String path, String message) {
  /** {@code MANIFEST_TYPE pullcord.yaml:7:14 check[0].timeout: …}, as every program shows it. */
  public String text() {
    String place = line > 0 ? Manifest.FILE + ":" + line + ":" + column : Manifest.FILE;
    return code + "  " + place + "  " + (path.isEmpty() ? "" : path + ": ") + message;
  }
}
