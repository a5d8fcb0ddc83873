package dev.pullcord.base.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Says in words why a server could not be reached. */
public final class NetworkFailure {
  /** The messages of the libraries say what they were parsing. */
  private static final String ENDED =
      "the connection ended in the middle of an answer; was the server stopped?";

  private NetworkFailure() {}

  /** The reason, for whoever runs the host or the server; it does not name the address. */
  public static String reason(IOException failure) {
    return switch (failure) {
      case UnknownHostException _ -> "no host of that name";
      case InterruptedIOException _ -> "no answer in time";
      case NoRouteToHostException _ -> "no route to that host";
      case ConnectException _ ->
          "nothing listens there (connection refused); is the server running?";
      case SSLException _ -> "TLS failed: " + failure.getMessage();
      case EOFException _ -> ENDED;
      default ->
          failure.getCause() instanceof EOFException
              ? ENDED // OkHttp wraps it in an "unexpected end of stream on" an address
              : failure.getMessage() == null
                  ? "the connection broke"
                  : "the connection broke: " + failure.getMessage();
    };
  }
}
