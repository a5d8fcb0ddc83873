package dev.pullcord.protocol.manifest;

import dev.pullcord.protocol.id.CommitId;

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
  /** The code of {@link #missing}. */
  public static final String MISSING = "MANIFEST_MISSING";

  /** The code of {@link #notAFile}. */
  public static final String NOT_A_FILE = "MANIFEST_NOT_A_FILE";

  /** There is no manifest in this commit. */
  public static ManifestProblem missing(CommitId commit) {
    return new ManifestProblem(
        MISSING,
        0,
        0,
        "",
        "there is no "
            + (Manifest.FILE + " at the root of commit " + commit.abbreviated())
            + "; add one and commit it");
  }

  /**
   * The manifest's entry in the tree is something else than a plain file.
   *
   * @param what it is, in our own words: {@code a symbolic link}, {@code a directory}
   */
  public static ManifestProblem notAFile(String what) {
    return new ManifestProblem(
        NOT_A_FILE, 0, 0, "", "it is " + what + "; a plain file at the root is expected");
  }

  /** {@code MANIFEST_TYPE pullcord.yaml:7:14 check[0].timeout: …}, as every program shows it. */
  public String text() {
    String place = line > 0 ? Manifest.FILE + ":" + line + ":" + column : Manifest.FILE;
    return code + "  " + place + "  " + (path.isEmpty() ? "" : path + ": ") + message;
  }
}
