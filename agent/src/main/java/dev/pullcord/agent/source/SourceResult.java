package dev.pullcord.agent.source;

import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The answer of a {@link Source} that was asked for a commit. */
public sealed interface SourceResult {
  /** What was done and found, with the code of what is wrong. */
  String log();

  /**
   * It is here and well-formed.
   *
   * @param snapshot the commit
   * @param log what was done, for the transcript
   */
  record Obtained(Snapshot snapshot, String log) implements SourceResult {}

  /** The same for a node with these labels, whose workers it may be at fault for. */
  default SourceResult on(Map<String, String> labels) {
    if (!(this instanceof Obtained(Snapshot whole, String log))) {
      return this;
    }
    return switch (ManifestParser.on(whole.manifest(), labels)) {
      case ManifestResult.Invalid(List<ManifestProblem> problems) -> Refused.of(problems);
      case ManifestResult.Valid(Manifest manifest) ->
          new Obtained(
              new Snapshot(whole.commit(), manifest, whole.files(), whole.trees(), labels), log);
    };
  }

  /**
   * The commit itself is at fault: its manifest or its tree. Trying again changes nothing.
   *
   * @param reason one line, which people are told: it has no code
   * @param log all problems, each with its code first
   */
  record Refused(String reason, String log) implements SourceResult {
    /** The reason is shown on pages and in commands. */
    public Refused {
      reason = CodedText.sentence(reason);
    }

    static Refused of(List<ManifestProblem> problems) {
      String more = problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)";
      return new Refused(
          problems.getFirst().text() + more,
          problems.stream().map(ManifestProblem::text).collect(Collectors.joining("\n")));
    }
  }

  /**
   * The environment is at fault: remote away, disk full. Tried again by itself.
   *
   * @param reason one line, which people are told: it has no code
   * @param log for the transcript, with the code first
   */
  record Unavailable(String reason, String log) implements SourceResult {
    /** The reason is shown on pages and in commands. */
    public Unavailable {
      reason = CodedText.sentence(reason);
    }

    /** For which the log says nothing more. */
    static Unavailable of(String reason) {
      return new Unavailable(reason, reason);
    }
  }
}
