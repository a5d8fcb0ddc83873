package dev.pullcord.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/** The verbs in the help: by what somebody wants to do, not in one list of fifty. */
final class VerbGroups {
  private static final Map<String, List<String>> GROUPS = new LinkedHashMap<>();
  private static final String REST = "Other";

  static {
    GROUPS.put("Begin", List.of("login", "logout", "contexts", "clone", "init"));
    GROUPS.put(
        "Look",
        List.of(
            "status",
            "nodes",
            "node",
            "why",
            "ps",
            "logs",
            "history",
            "deployments",
            "deployment",
            "rollout",
            "pins",
            "freezes",
            "gates",
            "alerts",
            "servers"));
    GROUPS.put("Deploy", List.of("plan", "wait", "pause", "resume", "promote", "rollback"));
    GROUPS.put("Steer", List.of("pin", "unpin", "freeze", "unfreeze", "retry", "worker", "follow"));
    GROUPS.put("Run", List.of("run", "actions", "runs"));
    GROUPS.put("Nodes", List.of("invite", "invitations", "label", "suspend", "resume-node"));
    GROUPS.put("Upstream", List.of("upstream", "fetch", "accept-rewind"));
    GROUPS.put("Access", List.of("tokens", "audit"));
    GROUPS.put("Shell", List.of("completion"));
  }

  private VerbGroups() {}

  /** The section of the help that lists the verbs. */
  static String list(Help help) {
    Map<String, CommandLine> verbs = new LinkedHashMap<>();
    help.commandSpec()
        .subcommands()
        .forEach((name, verb) -> {
          if (!verb.getCommandSpec().usageMessage().hidden()) {
            verbs.put(name, verb);
          }
        });
    StringBuilder text = new StringBuilder();
    int width = verbs.keySet().stream().mapToInt(String::length).max().orElse(0);
    grouped(verbs.keySet())
        .forEach((group, names) -> {
          text.append(text.isEmpty() ? "" : "\n").append(group).append("\n");
          for (String name : names) {
            String about = description(Objects.requireNonNull(verbs.get(name)));
            text.append("  %s  %s\n".formatted(padded(name, width), about));
          }
        });
    return text.toString();
  }

  /** These verbs by group; those of none come last. */
  static Map<String, List<String>> grouped(Set<String> verbs) {
    Map<String, List<String>> grouped = new LinkedHashMap<>();
    Set<String> left = new LinkedHashSet<>(verbs);
    GROUPS.forEach((group, names) -> {
      List<String> there = names.stream().filter(left::remove).toList();
      if (!there.isEmpty()) {
        grouped.put(group, there);
      }
    });
    if (!left.isEmpty()) {
      grouped.put(REST, new ArrayList<>(left));
    }
    return grouped;
  }

  private static String padded(String name, int width) {
    return name + " ".repeat(width - name.length());
  }

  /** Its first sentence, which fits a line. */
  private static String description(CommandLine verb) {
    String[] lines = verb.getCommandSpec().usageMessage().description();
    String all = lines.length == 0 ? "" : lines[0];
    int end = all.indexOf(". ");
    String sentence = end < 0 ? all : all.substring(0, end);
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }
}
