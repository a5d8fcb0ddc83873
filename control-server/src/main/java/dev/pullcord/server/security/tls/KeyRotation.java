package dev.pullcord.server.security.tls;

import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.base.tls.KeyPin;
import dev.pullcord.base.tls.KeySuccession;
import dev.pullcord.base.tls.Pem;
import dev.pullcord.base.tls.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Replaces the key of a port, on disk. Three steps, each of which may be done again after it was
 * cut off:
 *
 * <ol>
 *   <li>{@link #announce} makes the next key and a voucher of the present key for it. A server that
 *       is started from then on shows both beside its certificate, and notes that it does.
 *   <li>{@link #switchOver} puts the next key in the place of the present one, whose private half
 *       is gone then. The voucher stays beside it, for whoever was away.
 *   <li>{@link #forget} takes the voucher away: who has not been in contact until then has to join
 *       or sign in again.
 * </ol>
 */
public final class KeyRotation {
  private static final Duration VALID = Duration.ofDays(365L * 20);

  /** Of several rotations the newest are kept: vouchers and the certificates of their signers. */
  private static final int BESIDE_MAX = 8;

  private final Path directory;
  private final String port;

  /**
   * The rotation of a port's key.
   *
   * @param directory {@code tls/} of the state directory
   * @param port {@code people} or {@code agents}
   */
  public KeyRotation(Path directory, String port) {
    this.directory = directory;
    this.port = port;
  }

  /** The pin of the next key; empty where none is announced. */
  public Optional<String> next() throws IOException {
    return Files.exists(nextCertificate())
        ? Optional.of(KeyPin.of(read(nextCertificate())))
        : Optional.empty();
  }

  /** Since when a running server shows what is beside its key now; empty before one was started. */
  public Optional<Instant> shownSince() throws IOException {
    Path file = shownFile();
    return Files.exists(file)
        ? Optional.of(Instant.parse(Files.readString(file).strip()))
        : Optional.empty();
  }

  /** Whether something vouches for a key, which is shown beside the certificate. */
  public boolean vouches() {
    return Files.exists(besideFile());
  }

  /**
   * Makes the next key, or finds it. Returns its pin.
   *
   * @param added names and addresses for the next certificate, beside those of the present one
   * @throws IllegalArgumentException if the next certificate was made before, without one of them
   */
  public String announce(Instant now, List<String> added) throws IOException {
    CertifiedKey present = TlsKeys.load(directory, port);
    CertifiedKey next;
    if (Files.exists(nextCertificate())) {
      next = parse(nextKey(), nextCertificate());
      refuseIfMissing(names(next.certificate()), added);
    } else {
      AtomicFiles.remove(shownFile());
      Instant yesterday = now.minus(Duration.ofDays(1)); // the clock of a client may be behind
      Set<String> names = new LinkedHashSet<>(names(present.certificate()));
      names.addAll(added); // at the end: the first one is what join commands show
      next =
          CertifiedKey.generate(
              new SelfSigned("Pullcord server", List.copyOf(names), yesterday, now.plus(VALID)));
      AtomicFiles.write(nextKey(), Pem.of(next.privateKey()));
      AtomicFiles.write(nextCertificate(), Pem.of(next.certificate()));
    }
    List<X509Certificate> beside = besideNow();
    if (beside.stream().noneMatch(c -> KeyPin.of(c).equals(next.pin()))) {
      X509Certificate voucher =
          KeySuccession.voucher(present, next.certificate().getPublicKey(), now);
      keepBeside(List.of(voucher, next.certificate()), beside);
    }
    return next.pin();
  }

  /** Notes, where a server starts, that it shows what is beside its key. */
  public void noteShown(Instant now) throws IOException {
    if (vouches() && !Files.exists(shownFile())) {
      AtomicFiles.write(shownFile(), now + "\n");
    }
  }

  /** Puts the next key in the place of the present one. Returns its pin. */
  public String switchOver() throws IOException {
    CertifiedKey present = TlsKeys.load(directory, port);
    X509Certificate next = read(nextCertificate());
    List<X509Certificate> others = besideNow().stream().filter(c -> !c.equals(next)).toList();
    keepBeside(List.of(present.certificate()), others);
    AtomicFiles.rename(nextKey(), TlsKeys.keyFile(directory, port));
    finishCutOff(directory, port);
    return KeyPin.of(next);
  }

  /** Nothing vouches for the present key any more; a next one that was announced is given up. */
  public void forget() throws IOException {
    AtomicFiles.remove(besideFile());
    AtomicFiles.remove(nextCertificate());
    AtomicFiles.remove(nextKey());
    AtomicFiles.remove(shownFile());
  }

  /** The private key was replaced and the kill came before the certificate was. */
  static void finishCutOff(Path directory, String port) throws IOException {
    KeyRotation rotation = new KeyRotation(directory, port);
    if (Files.exists(rotation.nextCertificate()) && !Files.exists(rotation.nextKey())) {
      AtomicFiles.remove(rotation.shownFile());
      AtomicFiles.rename(rotation.nextCertificate(), TlsKeys.certificateFile(directory, port));
    }
  }

  /** What is shown beside the certificate. */
  static List<X509Certificate> beside(Path directory, String port)
      throws IOException, GeneralSecurityException {
    Path file = new KeyRotation(directory, port).besideFile();
    return Files.exists(file) ? Pem.certificates(Files.readString(file)) : List.of();
  }

  private List<X509Certificate> besideNow() throws IOException {
    try {
      return beside(directory, port);
    } catch (GeneralSecurityException e) {
      throw damaged(besideFile(), e);
    }
  }

  private void keepBeside(Collection<X509Certificate> newest, Collection<X509Certificate> before)
      throws IOException {
    Set<X509Certificate> all = new LinkedHashSet<>(newest);
    all.addAll(before);
    AtomicFiles.write(
        besideFile(), all.stream().limit(BESIDE_MAX).map(Pem::of).collect(Collectors.joining()));
  }

  private static List<String> names(X509Certificate certificate) throws IOException {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      List<String> read = new ArrayList<>();
      if (names != null) {
        names.forEach(name -> read.add(String.valueOf(name.get(1))));
      }
      return read;
    } catch (CertificateParsingException e) {
      throw new IOException("the names in the certificate cannot be read: " + e.getMessage(), e);
    }
  }

  private static void refuseIfMissing(List<String> made, List<String> added) {
    List<String> there = made.stream().map(KeyRotation::written).toList();
    List<String> missing = added.stream().filter(n -> !there.contains(written(n))).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "NEXT_KEY_MADE  the next certificate was made before, without "
              + String.join(" ", missing)
              + "; give it up with pullcord-server tls rotate --forget, and begin again");
    }
  }

  /** An address, such as {@code ::1}, in the one form that certificates are read in. */
  private static String written(String name) {
    try {
      return InetAddress.ofLiteral(name).getHostAddress();
    } catch (IllegalArgumentException _) {
      return name.toLowerCase(Locale.ROOT);
    }
  }

  private static CertifiedKey parse(Path key, Path certificate) throws IOException {
    try {
      return CertifiedKey.parse(Files.readString(key), Files.readString(certificate));
    } catch (GeneralSecurityException e) {
      throw damaged(certificate, e);
    }
  }

  private static X509Certificate read(Path certificate) throws IOException {
    try {
      return Pem.certificate(Files.readString(certificate));
    } catch (GeneralSecurityException e) {
      throw damaged(certificate, e);
    }
  }

  private static IOException damaged(Path certificate, GeneralSecurityException e) {
    return new IOException(
        "the next key "
            + certificate
            + " cannot be read ("
            + e.getMessage()
            + "); give it up with pullcord-server tls rotate --forget, and begin again",
        e);
  }

  private Path nextKey() {
    return directory.resolve(port + ".next.key");
  }

  private Path nextCertificate() {
    return directory.resolve(port + ".next.crt");
  }

  private Path besideFile() {
    return directory.resolve(port + ".vouchers.crt");
  }

  private Path shownFile() {
    return directory.resolve(port + ".shown");
  }
}
