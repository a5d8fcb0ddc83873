package dev.pullcord.agent.fake;

import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.source.Source;
import dev.pullcord.agent.source.SourceResult;
import dev.pullcord.git.tree.TreeFile;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.TreeId;
import dev.pullcord.protocol.manifest.BundlePaths;
import dev.pullcord.protocol.manifest.Manifest;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Commits in memory; can be told to be away. */
public final class FakeSource implements Source {
  private final Map<CommitId, SourceResult> commits = new HashMap<>();
  private final Map<String, byte[]> blobs = new HashMap<>();

  /** Stands in place of the content under that path. */
  public final Map<String, byte[]> binaries = new HashMap<>();

  public @Nullable String away;
  public @Nullable String broken;
  public int asked;

  /** Files under bin/ and those that begin with #! are programs; "-> x" is a link to x. */
  public CommitId commit(Manifest manifest, Map<String, String> content) {
    SortedMap<String, TreeFile> files = new TreeMap<>();
    SortedMap<String, StringBuilder> digests = new TreeMap<>();
    BundlePaths bundles = new BundlePaths(manifest);
    new TreeMap<>(content)
        .forEach((path, text) -> {
          boolean link = text.startsWith("-> ");
          byte[] text8 = (link ? text.substring(3) : text).getBytes(StandardCharsets.UTF_8);
          byte[] bytes = binaries.getOrDefault(path, text8);
          String id = blobId(bytes);
          blobs.put(id, bytes);
          TreeFile.Kind kind =
              link
                  ? TreeFile.Kind.LINK
                  : text.startsWith("#!") ? TreeFile.Kind.EXECUTABLE : TreeFile.Kind.FILE;
          Optional.ofNullable(bundles.owner(path))
              .ifPresent(bundle -> {
                files.put(path, new TreeFile(path, kind, id, bytes.length));
                digests
                    .computeIfAbsent(bundle.name(), n -> new StringBuilder())
                    .append(path)
                    .append(kind)
                    .append(id);
              });
        });
    Map<String, TreeId> trees = new TreeMap<>();
    digests.forEach((name, text) ->
        trees.put(name, new TreeId(sha1(text.toString().getBytes(StandardCharsets.UTF_8)))));
    CommitId commit =
        new CommitId(
            sha1(
                (commits.size() + manifest.toString() + content).getBytes(StandardCharsets.UTF_8)));
    commits.put(
        commit, new SourceResult.Obtained(new Snapshot(commit, manifest, files, trees), "got"));
    return commit;
  }

  public CommitId refused(String reason) {
    CommitId commit = new CommitId(sha1(reason.getBytes(StandardCharsets.UTF_8)));
    commits.put(commit, new SourceResult.Refused(reason, reason));
    return commit;
  }

  public Snapshot snapshot(CommitId commit) {
    return ((SourceResult.Obtained) known(commit)).snapshot();
  }

  private SourceResult known(CommitId commit) {
    return Objects.requireNonNull(commits.get(commit), commit.value());
  }

  @Override
  public SourceResult obtain(CommitId commit) {
    asked++;
    return away != null ? new SourceResult.Unavailable(away, away) : known(commit);
  }

  @Override
  public SourceResult look(String digits) {
    return commits.entrySet().stream()
        .filter(commit -> commit.getKey().value().startsWith(digits))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseGet(() -> new SourceResult.Unavailable("COMMIT_MISSING  " + digits, ""));
  }

  @Override
  public InputStream open(String objectId) throws IOException {
    if (broken != null) {
      throw new IOException(broken);
    }
    byte[] bytes = blobs.get(objectId);
    if (bytes == null) {
      throw new FileNotFoundException(objectId);
    }
    return new ByteArrayInputStream(bytes);
  }

  public byte[] blob(String objectId) {
    return Objects.requireNonNull(blobs.get(objectId), objectId);
  }

  private static String blobId(byte[] content) {
    byte[] header = ("blob " + content.length + "\0").getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(header, header.length + content.length);
    System.arraycopy(content, 0, all, header.length, content.length);
    return sha1(all);
  }

  private static String sha1(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
