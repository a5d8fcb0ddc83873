package dev.pullcord.server.security.tls;

import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.tls.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What other servers of the same database have signed for the key of a port: it is shown beside the
 * certificate, so that who trusts one of them trusts this server. A rotation of the key does not
 * touch it.
 */
public final class PeerVouchers {
  /** Vouchers and the certificates of their signers: of so many servers all are shown. */
  private static final int SHOWN_MAX = 8;

  private final Path file;

  /**
   * Those of a port.
   *
   * @param directory {@code tls/} of the state directory
   * @param port {@code people} or {@code agents}
   */
  public PeerVouchers(Path directory, String port) {
    file = directory.resolve(port + ".peers.crt");
  }

  /** Keeps them in the place of those before; they are shown from the next time on. */
  public void keep(List<X509Certificate> certificates)
      throws IOException, GeneralSecurityException {
    List<X509Certificate> shown = certificates.stream().limit(SHOWN_MAX).toList();
    if (!shown.equals(read())) {
      AtomicFiles.write(file, shown.stream().map(Pem::of).collect(Collectors.joining()));
    }
  }

  List<X509Certificate> read() throws IOException, GeneralSecurityException {
    return Files.exists(file) ? Pem.certificates(Files.readString(file)) : List.of();
  }
}
