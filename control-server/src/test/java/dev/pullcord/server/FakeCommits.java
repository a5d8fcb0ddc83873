package dev.pullcord.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.action.ActionSpec;
import dev.pullcord.protocol.manifest.node.NodeRules;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.server.desired.CommitSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A repository that holds nothing but names; a test moves its branches. */
public final class FakeCommits implements CommitSource {
  private final Map<String, CommitId> heads = new ConcurrentSkipListMap<>();
  private final Map<String, CommitId> tags = new ConcurrentSkipListMap<>();
  private final Set<CommitId> bad = new HashSet<>();
  private final Set<CommitId> damaged = new HashSet<>();
  private final Set<CommitId> deep = new HashSet<>();
  private final Map<CommitId, RolloutSpec> rollouts = new HashMap<>();
  private final Map<CommitId, Map<String, ActionSpec>> actions = new HashMap<>();
  private final Map<String, List<CommitId>> history = new ConcurrentSkipListMap<>();
  private final Map<CommitId, List<Window>> windows = new HashMap<>();
  private final Map<CommitId, ManifestResult> manifests = new HashMap<>();
  private @Nullable String wording;
  private volatile boolean unreadable;

  /** The commit that tests call by that number. */
  public static CommitId commit(int n) {
    return new CommitId(String.format("%07x", n) + "0".repeat(33));
  }

  /** Moves a branch, as a push does. */
  public CommitId push(String branch, int n) {
    history.computeIfAbsent(branch, _ -> new CopyOnWriteArrayList<>()).add(commit(n));
    heads.put(branch, commit(n));
    return commit(n);
  }

  /** Takes the commits after that one off a branch. */
  public void rewind(String branch, int n) {
    List<CommitId> its = history.getOrDefault(branch, new CopyOnWriteArrayList<>());
    its.subList(its.indexOf(commit(n)) + 1, its.size()).clear();
    heads.put(branch, commit(n));
  }

  /** Takes a branch away by hand. */
  public void delete(String branch) {
    heads.remove(branch);
  }

  /** Makes a tag. */
  public void tag(String tag, int n) {
    tags.put(tag, commit(n));
  }

  /** Gives a commit a manifest that no node can run. */
  public void spoil(int n) {
    bad.add(commit(n));
  }

  /** Gives a commit a manifest with that rollout. */
  public void rollout(int n, RolloutSpec spec) {
    rollouts.put(commit(n), spec);
  }

  /** Lets a commit's manifest declare these actions. */
  public void declare(int n, ActionSpec... declared) {
    Map<String, ActionSpec> byName = new LinkedHashMap<>();
    for (ActionSpec action : declared) {
      byName.put(action.name(), action);
    }
    actions.put(commit(n), byName);
  }

  @Override
  public Map<String, CommitId> heads() {
    if (unreadable) {
      throw new UncheckedIOException("cannot list branches", new IOException("Input/output error"));
    }
    return Map.copyOf(heads);
  }

  @Override
  public boolean leadsTo(String branch, CommitId commit) {
    CommitId head = heads.get(branch);
    return head != null
        && (head.equals(commit) || history.getOrDefault(branch, List.of()).contains(commit));
  }

  /** Gives a commit windows. */
  public void windows(int n, Window... hours) {
    windows.put(commit(n), List.of(hours));
  }

  @Override
  public String defaultBranch() {
    return "main";
  }

  @Override
  public Resolution resolve(String ref) {
    if (heads.containsKey(ref)) {
      return new Resolution.Branch(ref, heads.get(ref));
    }
    if (tags.containsKey(ref)) {
      return new Resolution.Fixed(tags.get(ref));
    }
    return history.values().stream()
        .flatMap(List::stream)
        .filter(c -> ref.length() >= 7 && c.value().startsWith(ref))
        .findFirst()
        .<Resolution>map(Resolution.Fixed::new)
        .orElseGet(() -> new Resolution.None("REF_MISSING", "there is no " + ref));
  }

  /** Lets every subject and author be this. */
  public void wording(String text) {
    wording = text;
  }

  /** Makes the repository unreadable, or readable again. */
  public void unreadable(boolean now) {
    unreadable = now;
  }

  /** Damages the objects of a commit. */
  public void damage(int n) {
    damaged.add(commit(n));
  }

  /** Makes a commit overflow the stack of whoever reads it. */
  public void nestTooDeep(int n) {
    deep.add(commit(n));
  }

  /** Brings them back. */
  public void mend(int n) {
    damaged.remove(commit(n));
  }

  @Override
  public Optional<CommitInfo> info(CommitId commit) {
    if (deep.contains(commit)) {
      throw new StackOverflowError();
    }
    if (damaged.contains(commit)) {
      throw new UncheckedIOException(
          "cannot read commit " + commit, new IOException("Object " + commit + " is corrupt"));
    }
    return Optional.of(
        wording == null
            ? new CommitInfo("subject of " + commit.abbreviated(), "Ada")
            : new CommitInfo(wording, wording));
  }

  /** Gives a commit a manifest with workers, as {@code pullcord.yaml} has it. */
  public void manifest(int n, String yaml) {
    ManifestResult read = ManifestParser.parse(yaml.getBytes(UTF_8));
    if (!(read instanceof ManifestResult.Valid)) {
      throw new IllegalArgumentException(read.toString());
    }
    manifests.put(commit(n), read);
  }

  @Override
  public ManifestResult manifest(CommitId commit) {
    if (manifests.containsKey(commit)) {
      return manifests.get(commit);
    }
    return bad.contains(commit)
        ? new ManifestResult.Invalid(
            List.of(new ManifestProblem("MANIFEST_TYPE", 3, 7, "workers", "a map expected")))
        : new ManifestResult.Valid(
            new Manifest(
                Map.of(),
                null,
                List.of(),
                List.of(),
                Map.of(),
                NodeRules.NONE,
                actions.getOrDefault(commit, Map.of()),
                rollouts.getOrDefault(commit, RolloutSpec.ALL_AT_ONCE),
                windows.getOrDefault(commit, List.of())));
  }

  @Override
  public List<String> problems(CommitId commit) {
    return manifest(commit) instanceof ManifestResult.Invalid(List<ManifestProblem> problems)
        ? problems.stream().map(ManifestProblem::text).toList()
        : List.of();
  }

  @Override
  public String pushedBy(String branch, CommitId commit) {
    return "ada";
  }
}
