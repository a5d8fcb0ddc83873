package dev.pullcord.server.security.tls;

import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.Pem;
import dev.pullcord.base.tls.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The key and the certificate of each port, on disk. Keys are pinned by whoever connects, so the
 * certificate is self-signed, has no date that matters, and names the host only for programs that
 * check names.
 */
public final class TlsKeys {
  private static final Duration VALID = Duration.ofDays(365L * 20);

  private TlsKeys() {}

  /**
   * Makes a P-256 key and its certificate and writes them, once: a pair that is there stays.
   *
   * @param directory {@code tls/} of the state directory
   * @param port {@code people} or {@code agents}
   * @param names host names and addresses for the certificate
   * @param now from when the certificate counts
   */
  public static CertifiedKey create(Path directory, String port, List<String> names, Instant now)
      throws IOException {
    if (Files.exists(certificateFile(directory, port))) {
      return load(directory, port);
    }
    Instant yesterday = now.minus(Duration.ofDays(1)); // the clock of a client may be behind
    CertifiedKey made =
        CertifiedKey.generate(new SelfSigned("Pullcord server", names, yesterday, now.plus(VALID)));
    // The certificate comes last: it says that both are there.
    AtomicFiles.write(keyFile(directory, port), Pem.of(made.privateKey()));
    AtomicFiles.write(certificateFile(directory, port), Pem.of(made.certificate()));
    return made;
  }

  /** Reads what {@link #create} wrote, and what a rotation and other servers put beside it. */
  public static CertifiedKey load(Path directory, String port) throws IOException {
    Path keyFile = keyFile(directory, port);
    Path certificateFile = certificateFile(directory, port);
    try {
      KeyRotation.finishCutOff(directory, port);
      return CertifiedKey.parse(Files.readString(keyFile), Files.readString(certificateFile))
          .with(
              Stream.of(
                      KeyRotation.beside(directory, port), new PeerVouchers(directory, port).read())
                  .flatMap(List::stream)
                  .toList());
    } catch (NoSuchFileException e) {
      throw new IOException(
          "KEY_MISSING  "
              + e.getFile()
              + " is not there; bring it back from a backup of this server: every node knows the"
              + " server by that key",
          e);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "cannot read " + keyFile + " and " + certificateFile + ": " + e.getMessage(), e);
    }
  }

  /** The file that a person gives to programs that check certificates. */
  public static Path certificateFile(Path directory, String port) {
    return directory.resolve(port + ".crt");
  }

  static Path keyFile(Path directory, String port) {
    return directory.resolve(port + ".key");
  }
}
