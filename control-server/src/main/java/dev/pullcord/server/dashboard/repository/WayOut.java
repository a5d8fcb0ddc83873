package dev.pullcord.server.dashboard.repository;

import dev.pullcord.protocol.api.UpstreamView;
import java.util.Map;

/** What to do about a mirror that is not well, by the code that its reason begins with. */
final class WayOut {
  private static final Map<String, String> BY_CODE =
      Map.ofEntries(
          Map.entry(
              "UPSTREAM_CREDENTIALS",
              "Make a new token at the git host that may read the repository, and write it into the"
                  + " file that credentials.password-file names. It is read at the next look."),
          Map.entry(
              "UPSTREAM_SLOW",
              "Look at the git host, and at the network between it and this server. The server asks"
                  + " again, at least every ten minutes."),
          Map.entry("UPSTREAM_SHA256", "Mirror a repository with SHA-1 ids."),
          Map.entry("UPSTREAM_FILE", "Mend the file that the reason names."),
          Map.entry("UPSTREAM_PROXY", "Mend HTTPS_PROXY in the server's environment."),
          Map.entry(
              "UPSTREAM_BRANCHES",
              "Name a branch that the upstream has in upstream.branches, and restart the server; or"
                  + " let the upstream's HEAD name one."),
          Map.entry(
              "UPSTREAM_GONE",
              "Look at the address, and whether the token may see the repository."),
          Map.entry(
              "UPSTREAM_MOVED",
              "If the new address is right, set upstream.url to it and restart the server."));

  private static final Map<String, String> BY_STATE =
      Map.of(
          "ok", "",
          "empty", "Push a branch there.",
          "rewritten",
              "If it was a mistake, push the old commit again at the git host. If it was meant,"
                  + " accept it below.",
          "refused", "Mend what the reason names; the server goes on asking.",
          "unreachable",
              "It may pass by itself: the server asks again, at least every ten minutes.",
          "stale", "It may pass by itself: the server asks again, at least every ten minutes.");

  /** Credentials that are no password. */
  private static final Map<String, String> BY_FILE =
      Map.of(
          ".credentials.certificate-file",
          "Put a client certificate that the host accepts, and its key, into the files that"
              + " credentials.certificate-file and key-file name. They are read at the next look.",
          ".credentials.key-file",
          "Let the key read the repository at the git host, or put another into the file that"
              + " credentials.key-file names. It is read at the next look.");

  private WayOut() {}

  /** How many refs that nodes were led to are not as the host has them. */
  static int heldBack(UpstreamView view) {
    return (int)
        view.refs().stream().filter(ref -> ref.deployed() != null && !ref.deployable()).count();
  }

  /** Without its last sentence where that names the command for what a button here does. */
  static String withoutCommand(String problem) {
    int command = problem.lastIndexOf(": pullcord accept-rewind ");
    int sentence = command < 0 ? -1 : problem.lastIndexOf(". ", command);
    return sentence < 0 ? problem : problem.substring(0, sentence);
  }

  /** A sentence or two; empty where all is well. */
  static String of(UpstreamView view) {
    String code = view.reason().replaceFirst("(?s) .*", "");
    if (code.equals("UPSTREAM_CREDENTIALS")) {
      for (Map.Entry<String, String> file : BY_FILE.entrySet()) {
        if (view.reason().endsWith(file.getKey())) {
          return file.getValue();
        }
      }
    }
    if (view.state().equals("ok") && heldBack(view) > 0) {
      return "Mend what is named below, and push it at the git host. Until then nodes stay where"
          + " they are.";
    }
    return BY_CODE.getOrDefault(code, BY_STATE.getOrDefault(view.state(), ""));
  }
}
