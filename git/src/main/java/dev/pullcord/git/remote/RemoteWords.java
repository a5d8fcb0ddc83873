package dev.pullcord.git.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pullcord.base.http.NetworkFailure;
import dev.pullcord.base.http.RetryAfterHeader;
import dev.pullcord.base.tls.CertificateFault;
import dev.pullcord.git.ObjectFormat;
import dev.pullcord.git.remote.access.RemoteAccess;
import dev.pullcord.git.remote.access.RemoteFault;
import dev.pullcord.git.remote.pace.TooSlowException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Instant;
import javax.net.ssl.SSLException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.jspecify.annotations.Nullable;

/** Says what went wrong with the upstream, each thing in one way, with what to do. */
final class RemoteWords {
  private RemoteWords() {}

  /** A status of HTTP that is no success. */
  static RemoteFault status(
      RemoteAccess access,
      int status,
      @Nullable String location,
      @Nullable String retryAfter,
      Instant now) {
    String said = access.url() + " answered " + status;
    return switch (status) {
      case 401 ->
          RemoteFault.refused(
              "UPSTREAM_CREDENTIALS  "
                  + said
                  + ": it does not accept the credentials, or wants some; see "
                  + access.section()
                  + ".credentials");
      case 403 ->
          RemoteFault.refused(
              "UPSTREAM_CREDENTIALS  "
                  + said
                  + ": these credentials may not read the repository; see "
                  + access.section()
                  + ".credentials");
      case 407 ->
          RemoteFault.refused(
              "UPSTREAM_PROXY  the proxy wants credentials, which Pullcord does not send");
      case 404, 410 ->
          RemoteFault.unreachable(
              "UPSTREAM_GONE  "
                  + said
                  + ": there is no repository, or the credentials may not see it; see "
                  + access.section()
                  + ".url and credentials");
      case 301, 302, 303, 307, 308 ->
          RemoteFault.unreachable(
              "UPSTREAM_MOVED  "
                  + said
                  + ": it is now at "
                  + moved(location)
                  + "; if that is right, set "
                  + access.section()
                  + ".url to it");
      default ->
          new RemoteFault(
              RemoteFault.Kind.UNREACHABLE,
              "UPSTREAM_FAILED  " + said + "; it is asked again",
              RetryAfterHeader.left(retryAfter, now));
    };
  }

  /** There is an answer, and it is a page or a plain file. */
  static RemoteFault noGit(RemoteAccess access) {
    return RemoteFault.unreachable(
        "UPSTREAM_GONE  "
            + access.url()
            + " answers, and not as a git repository (smart HTTP) does; see "
            + access.section()
            + ".url");
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

  /** Anything that ended a look or a fetch. */
  static RemoteFault of(RemoteAccess access, Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof RemoteFault fault) {
        return fault;
      }
      if (cause instanceof TooSlowException) {
        return slow(access, String.valueOf(cause.getMessage()), e);
      }
      if (cause instanceof ObjectFormat.Sha256Exception) {
        return new RemoteFault(
            RemoteFault.Kind.REFUSED,
            "UPSTREAM_SHA256  "
                + access.url()
                + ": the repository has SHA-256 object ids, and Pullcord reads SHA-1 only; set "
                + access.section()
                + ".url to a repository with SHA-1 ids",
            e);
      }
      if (cause instanceof NoRemoteRepositoryException) {
        return RemoteFault.unreachable(
            "UPSTREAM_GONE  there is no git repository at "
                + access.url()
                + "; see "
                + access.section()
                + ".url");
      }
    }
    return CertificateFault.reason(e, access.section() + ".ca-file")
        .map(why ->
            new RemoteFault(
                RemoteFault.Kind.REFUSED, "UPSTREAM_CERTIFICATE  " + access.url() + ": " + why, e))
        .orElseGet(() -> network(access, e));
  }

  private static RemoteFault network(RemoteAccess access, Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException
          || cause instanceof SocketException
          || cause instanceof SocketTimeoutException
          || cause instanceof UnknownHostException) {
        return unreachable(access, NetworkFailure.reason((IOException) cause), e);
      }
    }
    return unreachable(access, deepest(e), e);
  }

  /**
   * The host wants a client certificate, and another than it got.
   *
   * @param shown whether it got one
   * @param e what ended the connection; null when the host said so
   */
  static RemoteFault certificate(RemoteAccess access, boolean shown, @Nullable Throwable e) {
    String message =
        "UPSTREAM_CREDENTIALS  "
            + access.url()
            + (shown
                ? " does not accept the client certificate; see "
                : " wants a client certificate, and none is set; see ")
            + access.section()
            + ".credentials.certificate-file";
    return e == null
        ? RemoteFault.refused(message)
        : new RemoteFault(RemoteFault.Kind.REFUSED, message, e);
  }

  /** Whether the host ended the connection, by an alert or without a word. */
  static boolean hungUp(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException
          || cause instanceof TooSlowException
          || cause instanceof ConnectException
          || cause instanceof CertificateException
          || cause instanceof CertPathValidatorException) {
        return false;
      }
    }
    return true;
  }

  private static RemoteFault slow(RemoteAccess access, String how, Throwable e) {
    return new RemoteFault(
        RemoteFault.Kind.UNREACHABLE,
        "UPSTREAM_SLOW  "
            + access.url()
            + " was given up: "
            + how
            + "; look at the host and at the network to it. It is asked again",
        e);
  }

  private static RemoteFault unreachable(RemoteAccess access, String why, Throwable e) {
    return new RemoteFault(
        RemoteFault.Kind.UNREACHABLE,
        "UPSTREAM_UNREACHABLE  " + access.url() + ": " + why.replace(access.url() + ": ", ""),
        e);
  }

  private static String deepest(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null && cause.getCause().getMessage() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }
}
