package dev.pullcord.server.githost.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.base.http.NetworkFailure;
import dev.pullcord.git.pack.PackRefusedException;
import dev.pullcord.git.tree.PushedObjects;
import dev.pullcord.server.githost.upstream.UpstreamFault.Kind;
import dev.pullcord.server.store.DiskTrouble;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.jspecify.annotations.Nullable;

/** Says what went wrong with the upstream, each thing in one way, with what to do. */
final class FaultWords {
  private static final Duration RETRY_MOST = Duration.ofHours(1);
  private static final String SHA256 =
      "the repository has SHA-256 object ids, and Pullcord reads SHA-1 only; mirror a SHA-1 copy";

  private FaultWords() {}

  /** A status of HTTP that is no success. */
  static UpstreamFault status(
      String url, int status, @Nullable String location, @Nullable String retryAfter, Instant now) {
    String said = url + " answered " + status;
    return switch (status) {
      case 401 ->
          UpstreamFault.refused(
              "UPSTREAM_CREDENTIALS  "
                  + said
                  + ": it does not accept the credentials, or wants some;"
                  + " see upstream.credentials");
      case 403 ->
          UpstreamFault.refused(
              "UPSTREAM_CREDENTIALS  "
                  + said
                  + ": these credentials may not read the repository; see upstream.credentials");
      case 407 ->
          UpstreamFault.refused(
              "UPSTREAM_PROXY  the proxy wants credentials, which Pullcord does not send");
      case 404, 410 ->
          UpstreamFault.unreachable(
              "UPSTREAM_GONE  "
                  + said
                  + ": there is no repository, or the credentials may not see it; see upstream.url"
                  + " and upstream.credentials");
      case 301, 302, 303, 307, 308 ->
          UpstreamFault.unreachable(
              "UPSTREAM_MOVED  "
                  + said
                  + ": it is now at "
                  + moved(location)
                  + "; if that is right, set upstream.url to it");
      default ->
          new UpstreamFault(
              Kind.UNREACHABLE,
              "UPSTREAM_FAILED  " + said + "; it is asked again",
              retryAfter(retryAfter, now));
    };
  }

  /** The repository has ids of the other length; only its first answer says so plainly. */
  static UpstreamFault sha256(String url) {
    return UpstreamFault.refused("UPSTREAM_SHA256  " + url + ": " + SHA256);
  }

  /** Without credentials and without what git asked for. */
  private static String moved(@Nullable String location) {
    return location == null
        ? "an address that it does not name"
        : URLDecoder.decode(location, UTF_8)
            .replaceFirst("/info/refs.*", "")
            .replaceFirst("//[^/@]*@", "//")
            .replaceAll("[^\\x21-\\x7e]", "?");
  }

  /** {@code 120} or a date; anything else is nothing. */
  static Duration retryAfter(@Nullable String header, Instant now) {
    if (header == null) {
      return Duration.ZERO;
    }
    Duration asked;
    try {
      asked =
          header.strip().matches("[0-9]{1,9}")
              ? Duration.ofSeconds(Long.parseLong(header.strip()))
              : Duration.between(
                  now,
                  ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                      .toInstant());
    } catch (DateTimeParseException _) {
      return Duration.ZERO;
    }
    Duration most = asked.compareTo(RETRY_MOST) > 0 ? RETRY_MOST : asked;
    return most.isNegative() ? Duration.ZERO : most;
  }

  /** What is wrong with objects that came; empty when it is something else. */
  static Optional<String> objects(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof PackRefusedException) {
        return Optional.of(String.valueOf(cause.getMessage()));
      }
      if (cause instanceof CorruptObjectException) {
        return Optional.of(PushedObjects.line(cause));
      }
    }
    return Optional.empty();
  }

  /** Anything that ended a look or a fetch. */
  static UpstreamFault of(String url, Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UpstreamFault fault) {
        return fault;
      }
      if (cause instanceof NoRemoteRepositoryException) {
        return UpstreamFault.unreachable(
            "UPSTREAM_GONE  there is no git repository at " + url + "; see upstream.url");
      }
    }
    Optional<DiskTrouble> disk = DiskTrouble.of(e);
    if (disk.isPresent()) {
      return new UpstreamFault(
          Kind.UNREACHABLE, disk.get().code() + "  " + disk.get().sentence(), e);
    }
    return network(url, e);
  }

  private static UpstreamFault network(String url, Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException || cause instanceof CertPathValidatorException) {
        return new UpstreamFault(
            Kind.REFUSED,
            "UPSTREAM_CERTIFICATE  "
                + url
                + " shows a certificate that is not trusted: "
                + cause.getMessage()
                + "; if the host has a new one, put its authority into upstream.ca-file",
            e);
      }
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException && wantsCertificate(cause)) {
        return new UpstreamFault(
            Kind.REFUSED,
            "UPSTREAM_CREDENTIALS  "
                + url
                + " wants another client certificate; see upstream.credentials.certificate-file",
            e);
      }
      if (cause instanceof SSLException
          || cause instanceof SocketException
          || cause instanceof SocketTimeoutException
          || cause instanceof UnknownHostException) {
        return unreachable(url, NetworkFailure.reason((IOException) cause), e);
      }
    }
    return unreachable(url, deepest(e), e);
  }

  private static boolean wantsCertificate(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("alert") && message.contains("certificate");
  }

  private static UpstreamFault unreachable(String url, String why, Throwable e) {
    return new UpstreamFault(Kind.UNREACHABLE, "UPSTREAM_UNREACHABLE  " + url + ": " + why, e);
  }

  private static String deepest(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null && cause.getCause().getMessage() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }
}
