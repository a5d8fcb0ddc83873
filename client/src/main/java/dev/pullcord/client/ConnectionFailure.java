package dev.pullcord.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Why a server could not be reached, in a line that an operator can act on. */
public final class ConnectionFailure {
  private ConnectionFailure() {}

  /** The line for an exception of the network. */
  public static String of(ServerUrl address, IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof PinnedTrust.WrongKeyException wrong) {
        return address + ": " + wrong.getMessage();
      }
    }
    return "cannot reach " + address + ": " + reason(address, e);
  }

  private static String reason(ServerUrl address, IOException e) {
    return switch (e) {
      case UnknownHostException _ -> "no host of that name";
      case SocketTimeoutException _ -> "no answer in time";
      case NoRouteToHostException _ -> "no route to that host";
      case ConnectException _ -> "nothing listens there (is the server running?)";
      case SSLException ssl when untrusted(ssl) ->
          "this system does not trust its certificate; run pullcord login " + address;
      case SSLException ssl -> "TLS failed: " + ssl.getMessage();
      default -> "the connection broke: " + e.getMessage();
    };
  }

  private static boolean untrusted(SSLException e) {
    return (e instanceof SSLHandshakeException && e.getCause() instanceof CertificateException)
        || e instanceof SSLPeerUnverifiedException;
  }
}
