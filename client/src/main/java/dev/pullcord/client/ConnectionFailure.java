package dev.pullcord.client;

import dev.pullcord.base.http.NetworkFailure;
import dev.pullcord.base.tls.WrongKeyException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Why a server could not be reached, in a line that an operator can act on. */
public final class ConnectionFailure {
  private ConnectionFailure() {}

  /** The line for an exception of the network. */
  public static String of(ServerUrl address, IOException e) {
    return WrongKeyException.in(e)
        .map(wrong -> address + ": " + words(wrong))
        .orElseGet(() -> "cannot reach " + address + ": " + reason(address, e));
  }

  /**
   * Whether nothing of the request can have reached the server, so that another may be asked. What
   * went wrong before is with the last failure: it may have been while the request was sent.
   */
  static boolean beforeSending(IOException e) {
    return connecting(e)
        && Stream.of(e.getSuppressed())
            .allMatch(before -> !(before instanceof IOException io) || beforeSending(io));
  }

  private static boolean connecting(IOException e) {
    return e instanceof ConnectException
        || e instanceof NoRouteToHostException
        || e instanceof UnknownHostException
        || e instanceof SSLHandshakeException
        || (e instanceof SocketTimeoutException
            && String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("connect"));
  }

  private static String words(WrongKeyException wrong) {
    return "the server shows another key than the one you trust: expected "
        + wrong.expected()
        + ", shown "
        + wrong.shown()
        + "; if the server was made anew, run pullcord login again, else do not trust it";
  }

  private static String reason(ServerUrl address, IOException e) {
    return e instanceof SSLException ssl && untrusted(ssl)
        ? "this system does not trust its certificate; run pullcord login " + address
        : NetworkFailure.reason(e);
  }

  private static boolean untrusted(SSLException e) {
    return (e instanceof SSLHandshakeException && e.getCause() instanceof CertificateException)
        || e instanceof SSLPeerUnverifiedException;
  }
}
