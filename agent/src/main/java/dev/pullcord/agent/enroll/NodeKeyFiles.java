package dev.pullcord.agent.enroll;

import dev.pullcord.agent.http.NodeKey;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.disk.FileModes;
import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;

/** {@code key.pem} and {@code certificate.pem} of a state directory. */
public final class NodeKeyFiles {
  private NodeKeyFiles() {}

  /** The node's key; an {@link IOException} says what is wrong and what to do. */
  public static NodeKey read(Path state) throws IOException {
    Path key = state.resolve("key.pem");
    Path certificate = state.resolve("certificate.pem");
    for (Path file : List.of(key, certificate)) {
      if (!Files.exists(file)) {
        throw new IOException(
            "KEY_MISSING  "
                + file
                + " is not there, and the server knows this node by it; bring it back from a"
                + " backup, or remove the node at the server and join again with a new token");
      }
    }
    if (FileModes.openToOthers(key)) {
      throw new IOException(
          "KEY_PERMISSIONS  " + key + " can be read by others — chmod 0600 " + key);
    }
    try {
      return new NodeKey(CertifiedKey.parse(text(key), text(certificate)));
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "KEY_DAMAGED  %s or %s: %s — bring both back from a backup, or move both away, remove the"
                  .formatted(key, certificate.getFileName(), e.getMessage())
              + " node at the server and join again with a new token",
          e);
    }
  }

  /** What is no text of ours makes no key, and that is said of it. */
  private static String text(Path file) throws IOException {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new IOException(FileFault.of(e, file), e);
    }
  }

  /** Whether both files are there, whatever is in them. */
  static boolean arePresent(Path state) {
    return Files.exists(state.resolve("key.pem")) && Files.exists(state.resolve("certificate.pem"));
  }

  /** The key that is there, or a new one, on disk before this returns. */
  static NodeKey readOrCreate(Path state) throws IOException {
    if (arePresent(state)) {
      return read(state);
    }
    NodeKey key = NodeKey.generate();
    // The certificate first: a key without one was never used and may be replaced.
    AtomicFiles.write(state.resolve("certificate.pem"), Pem.of(key.pair().certificate()));
    AtomicFiles.write(state.resolve("key.pem"), Pem.of(key.pair().privateKey()));
    return key;
  }
}
