package dev.pullcord.git.remote;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.git.remote.access.RemoteFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/** Reads a private key for SSH; nothing of it is in a message. */
final class SshKeyFile {
  private static final String PLAIN =
      "; one without a passphrase expected, as ssh-keygen -t ed25519 -N '' makes it";

  static {
    JavaEd25519.makeKnown();
  }

  private SshKeyFile() {}

  static List<KeyPair> read(Path file, String section) throws RemoteFault {
    boolean[] encrypted = {false};
    FilePasswordProvider none =
        (_, _, _) -> {
          encrypted[0] = true;
          return null;
        };
    String why;
    try (InputStream in = Files.newInputStream(file)) {
      List<KeyPair> keys = new ArrayList<>();
      Iterable<KeyPair> found =
          SecurityUtils.loadKeyPairIdentities(null, NamedResource.ofName("key"), in, none);
      if (found != null) {
        found.forEach(keys::add);
      }
      if (!keys.isEmpty()) {
        return keys;
      }
      why = file + " has no private key" + PLAIN;
    } catch (IOException e) {
      why = encrypted[0] ? encrypted(file) : FileFault.of(e, file);
    } catch (GeneralSecurityException | RuntimeException e) {
      why = encrypted[0] ? encrypted(file) : file + " has no key that can be read" + PLAIN;
    }
    throw RemoteFault.refused("UPSTREAM_FILE  " + section + ".credentials.key-file: " + why);
  }

  private static String encrypted(Path file) {
    return file + " is encrypted, and nobody is there to type a passphrase" + PLAIN;
  }
}
