package dev.pullcord.systemtests.promises;

import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.git.tree.TreeFile;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.TreeId;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.CelerySpec;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.server.desired.CommitSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The repository: branches that only pushes move, and commits of a few kinds. */
final class SeededCommits implements CommitSource {
  /** What a commit does to a node. */
  enum Quality {
    GOOD,
    /** Its worker ends as soon as it is started. */
    DIES,
    /** Its worker runs and is not well. */
    UNWELL,
    /** It is found bad before anything is touched. */
    REFUSED
  }

  /**
   * A commit.
   *
   * @param tasks version of what a worker is restarted for
   * @param search version of what it is not
   * @param quality of its worker's code: another quality is other code
   */
  record Content(Snapshot snapshot, int tasks, int search, Quality quality) {}

  private static final Map<List<Object>, Content> MADE = new ConcurrentHashMap<>();
  private static final Map<String, byte[]> BLOBS = new ConcurrentHashMap<>();

  private final boolean overlap;
  private final Map<CommitId, Content> contents = new HashMap<>();
  private final Map<String, CommitId> heads = new TreeMap<>();
  private final Map<String, List<CommitId>> history = new TreeMap<>();
  private int number;

  /**
   * One whose manifest asks for that.
   *
   * @param overlap whether a newcomer is started beside the worker that works
   */
  SeededCommits(boolean overlap) {
    this.overlap = overlap;
  }

  CommitId push(String branch, int tasks, int search, Quality quality) {
    Content made =
        MADE.computeIfAbsent(
            List.of(++number, tasks, search, quality, overlap),
            _ -> content(number, tasks, search, quality, overlap));
    CommitId commit = made.snapshot().commit();
    contents.put(commit, made);
    heads.put(branch, commit);
    history.computeIfAbsent(branch, _ -> new ArrayList<>()).add(commit);
    return commit;
  }

  Content content(CommitId commit) {
    return Objects.requireNonNull(contents.get(commit), commit.value());
  }

  /** By the first twelve digits of its id. */
  CommitId abbreviated(String digits) {
    return contents.keySet().stream()
        .filter(commit -> commit.value().startsWith(digits))
        .findFirst()
        .orElseThrow();
  }

  @Nullable CommitId head(String branch) {
    return heads.get(branch);
  }

  List<CommitId> history(String branch) {
    return history.getOrDefault(branch, List.of());
  }

  static byte[] blob(String objectId) {
    return Objects.requireNonNull(BLOBS.get(objectId), objectId);
  }

  private static Content content(
      int number, int tasks, int search, Quality quality, boolean overlap) {
    Map<String, String> texts = new TreeMap<>();
    texts.put("bin/worker", "#!tasks " + tasks + " " + quality + "\n");
    texts.put("search/one", "patterns " + search + "\n");
    SortedMap<String, TreeFile> files = new TreeMap<>();
    texts.forEach((path, text) -> {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      String id = sha1("blob " + bytes.length + "\0" + text);
      BLOBS.put(id, bytes);
      TreeFile.Kind kind = path.startsWith("bin/") ? TreeFile.Kind.EXECUTABLE : TreeFile.Kind.FILE;
      files.put(path, new TreeFile(path, kind, id, bytes.length));
    });
    Map<String, TreeId> trees =
        Map.of(
            "search",
            new TreeId(sha1("search" + search)),
            "tasks",
            new TreeId(sha1(texts.get("bin/worker"))));
    CommitId commit = new CommitId(sha1(number + " " + texts + overlap));
    return new Content(
        new Snapshot(commit, manifest(overlap), files, trees), tasks, search, quality);
  }

  private static Manifest manifest(boolean overlap) {
    WorkerSpec grep =
        new WorkerSpec(
            "grep",
            overlap
                ? new Work.Celery(new CelerySpec("app", List.of(), List.of(), null), List.of())
                : new Work.Process(List.of("bin/worker")),
            Map.of(),
            null,
            overlap ? WorkerSpec.Restart.OVERLAP : WorkerSpec.Restart.STOP_START,
            null,
            null,
            null);
    return new Manifest(
        Map.of(
            "search", new Bundle("search", List.of("search/"), Bundle.OnChange.NOTHING),
            "tasks", new Bundle("tasks", List.of("bin/"), Bundle.OnChange.RESTART)),
        null,
        List.of(),
        List.of(),
        Map.of("grep", grep));
  }

  private static String sha1(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Map<String, CommitId> heads() {
    return Map.copyOf(heads);
  }

  @Override
  public String defaultBranch() {
    return "main";
  }

  @Override
  public Resolution resolve(String ref) {
    CommitId head = heads.get(ref);
    if (head != null) {
      return new Resolution.Branch(ref, head);
    }
    return contents.keySet().stream()
        .filter(commit -> commit.value().equals(ref))
        .findFirst()
        .<Resolution>map(Resolution.Fixed::new)
        .orElseGet(() -> new Resolution.None("REF_MISSING", ref));
  }

  @Override
  public boolean leadsTo(String branch, CommitId commit) {
    return history(branch).contains(commit);
  }

  @Override
  public Optional<CommitInfo> info(CommitId commit) {
    return contents.containsKey(commit)
        ? Optional.of(new CommitInfo("a commit", "Ada"))
        : Optional.empty();
  }

  @Override
  public ManifestResult manifest(CommitId commit) {
    return new ManifestResult.Valid(content(commit).snapshot().manifest());
  }

  @Override
  public List<String> problems(CommitId commit) {
    return List.of();
  }

  @Override
  public String pushedBy(String branch, CommitId commit) {
    return "ada";
  }
}
