package dev.pullcord.agent.envfile;

import dev.pullcord.base.disk.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key of the hashes in the journal: without it nobody can try out which content has a hash. It
 * never leaves the state directory. Lost, it is made anew, and workers with an environment file are
 * restarted once.
 */
final class IdentityKey {
  private static final Logger LOG = LoggerFactory.getLogger(IdentityKey.class);
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 32;

  private final byte[] key;

  private IdentityKey(byte[] key) {
    this.key = key;
  }

  /** The one in that file, or one that is not kept: no hash is by it, so none will be the same. */
  static IdentityKey readOrForget(Path file) throws IOException {
    try {
      byte[] known = Files.readAllBytes(file);
      return known.length == BYTES ? new IdentityKey(known) : new IdentityKey(random());
    } catch (NoSuchFileException e) {
      return new IdentityKey(random());
    }
  }

  private static byte[] random() {
    byte[] made = new byte[BYTES];
    new SecureRandom().nextBytes(made);
    return made;
  }

  /** The one in that file, or a new one, on disk before this returns. */
  static IdentityKey readOrCreate(Path file) throws IOException {
    try {
      byte[] known = Files.readAllBytes(file);
      if (known.length == BYTES) {
        return new IdentityKey(known);
      }
      LOG.warn("{} is damaged: made anew, workers with an env-file are restarted once", file);
    } catch (NoSuchFileException e) {
      LOG.debug("{} is made", file);
    }
    byte[] made = random();
    AtomicFiles.write(file, made);
    return new IdentityKey(made);
  }

  String hash(byte[] content) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return HexFormat.of().formatHex(mac.doFinal(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
    }
  }
}
