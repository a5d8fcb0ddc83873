package dev.pullcord.agent.source;

import dev.pullcord.git.tree.TreeFile;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.TreeId;
import dev.pullcord.protocol.identity.ReleaseFile;
import dev.pullcord.protocol.manifest.Manifest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A commit that is complete in the local mirror and whose manifest and tree passed every check.
 *
 * @param commit its id
 * @param manifest the model
 * @param files those that belong to a bundle, by path; not copied, for there may be many
 * @param trees one digest per bundle over its sorted (path, mode, object id)
 * @param labels of the node whose workers the manifest has; empty while it has all of them
 */
public record Snapshot(
    CommitId commit,
    Manifest manifest,
    SortedMap<String, TreeFile> files,
    Map<String, TreeId> trees,
    Map<String, String> labels) {
  /** As it is in the commit. */
  public Snapshot(
      CommitId commit,
      Manifest manifest,
      SortedMap<String, TreeFile> files,
      Map<String, TreeId> trees) {
    this(commit, manifest, files, trees, Map.of());
  }

  /** Copies what is small. */
  public Snapshot {
    files = Collections.unmodifiableSortedMap(files);
    trees = Collections.unmodifiableMap(new LinkedHashMap<>(trees));
    labels = Map.copyOf(labels);
  }

  /** The files as far as the identities of workers depend on them. */
  public List<ReleaseFile> filesForIdentity() {
    return files.values().stream().map(TreeFile::forIdentity).toList();
  }
}
