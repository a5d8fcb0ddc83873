package dev.pullcord.server.desired;

import dev.pullcord.protocol.api.PlanView.Action;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a node that runs one commit would do for another, as far as the two commits say.
 *
 * @param files how many differ, by bundle, in the order of the manifest; no bundle with none
 * @param manifest whether {@code pullcord.yaml} differs
 * @param outside how many files differ that are in no bundle
 * @param release whether a new release is built: something differs that nodes have on their disks
 * @param workers those that are touched, and how
 */
public record Difference(
    Map<String, Integer> files,
    boolean manifest,
    int outside,
    boolean release,
    Map<String, Action> workers) {
  /** Copies, in their order. */
  public Difference {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
  }

  /** For a pusher, such as {@code search-files: 1 file changed} and {@code hands over grep}. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    files.forEach((name, n) -> lines.add(name + ": " + count(n, "file") + " changed"));
    if (manifest) {
      lines.add("pullcord.yaml changed");
    }
    if (outside > 0) {
      lines.add(count(outside, "changed file") + (outside == 1 ? " is" : " are") + " in no bundle");
    }
    lines.add(workerLine());
    return lines;
  }

  private String workerLine() {
    List<String> parts =
        Arrays.stream(Action.values())
            .flatMap(action -> {
              List<String> names =
                  workers.entrySet().stream()
                      .filter(e -> e.getValue() == action)
                      .map(Map.Entry::getKey)
                      .toList();
              return names.isEmpty()
                  ? Stream.of()
                  : Stream.of(action.does() + " " + String.join(", ", names));
            })
            .toList();
    return parts.isEmpty() ? "restarts nothing" : String.join("; ", parts);
  }

  /** {@code 1 file}, {@code 2 files}. */
  public static String count(int n, String noun) {
    return n + " " + noun + (n == 1 ? "" : "s");
  }
}
