package dev.pullcord.testkit.broker;

import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes a certificate for the loopback address that vouches for itself.
 *
 * @param certificate in PEM
 * @param key in PEM
 */
record TlsFiles(Path certificate, Path key) {
  static TlsFiles made(Path directory) {
    Needs.tool("openssl");
    TlsFiles files = new TlsFiles(directory.resolve("tls.crt"), directory.resolve("tls.key"));
    try {
      Process openssl =
          new ProcessBuilder(
                  List.of(
                      "openssl",
                      "req",
                      "-x509",
                      "-nodes",
                      "-days",
                      "2",
                      "-newkey",
                      "ec",
                      "-pkeyopt",
                      "ec_paramgen_curve:prime256v1",
                      "-subj",
                      "/CN=127.0.0.1",
                      "-addext",
                      "subjectAltName=IP:127.0.0.1",
                      "-keyout",
                      files.key.toString(),
                      "-out",
                      files.certificate.toString()))
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("openssl.out").toFile())
              .start();
      if (openssl.waitFor() != 0) {
        throw new IllegalStateException("openssl failed: see " + directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return files;
  }
}
