package dev.pullcord.git.tree;

import dev.pullcord.base.text.Sha256;
import dev.pullcord.protocol.id.TreeId;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.BundlePaths;
import dev.pullcord.protocol.manifest.Manifest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;

/** One digest per bundle over its sorted (path, mode, object id), each written with its length. */
final class Digests {
  private static final int HEX_DIGITS = 40;

  private Digests() {}

  /** The id of each bundle's files, by the bundle's name. */
  static Map<String, TreeId> of(Manifest manifest, SortedMap<String, TreeFile> files) {
    Map<String, MessageDigest> running = new LinkedHashMap<>();
    manifest.bundles().keySet().forEach(name -> running.put(name, Sha256.digest()));
    BundlePaths bundles = new BundlePaths(manifest);
    for (TreeFile file : files.values()) {
      Bundle owner = bundles.owner(file.path());
      MessageDigest digest = owner == null ? null : running.get(owner.name());
      if (digest == null) {
        throw new IllegalArgumentException(file.path() + " is in no bundle");
      }
      add(digest, file.path());
      add(digest, file.kind().mode());
      add(digest, file.objectId());
    }
    Map<String, TreeId> trees = new LinkedHashMap<>();
    running.forEach((name, digest) -> {
      String hex = HexFormat.of().formatHex(digest.digest());
      trees.put(name, new TreeId(hex.substring(0, HEX_DIGITS)));
    });
    return trees;
  }

  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }
}
