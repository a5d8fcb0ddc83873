package dev.pullcord.base.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Says in words why a server could not be reached. */
public final class NetworkFailure {
  /** The messages of the libraries say what they were parsing. */
  private static final String ENDED =
      "the connection ended in the middle of an answer; was the server stopped?";

  private static final String NO_TLS = "what listens there speaks no TLS; is the port right?";
  private static final String ENDED_EARLY =
      "the connection ended before TLS was agreed on; does it take TLS, and is there something"
          + " between?";
  private static final Pattern BORING = Pattern.compile("OPENSSL_internal:([A-Z0-9_]+)");

  /** By what Java's TLS, or BoringSSL, says in the middle of a sentence; in lower case. */
  private static final List<Map.Entry<String, String>> TLS =
      List.of(
          Map.entry(
              "handshake_failure", "it takes no version or cipher of TLS that this machine offers"),
          Map.entry(
              "protocol_version",
              "it takes no version of TLS that this machine offers; 1.2 or 1.3 is needed there"),
          Map.entry("unrecognized ssl message", NO_TLS),
          Map.entry("unable to parse tls packet header", NO_TLS),
          Map.entry("terminated the handshake", ENDED_EARLY),
          Map.entry("certificate_required", "it wants a client certificate, and got none"),
          Map.entry(
              "unrecognized_name", "it has no certificate for that name; use one that it knows"));

  private NetworkFailure() {}

  /** The reason, for whoever runs the host or the server; it does not name the address. */
  public static String reason(IOException failure) {
    return switch (failure) {
      case UnknownHostException _ -> "no host of that name";
      case InterruptedIOException _ -> "no answer in time";
      case NoRouteToHostException _ -> "no route to that host";
      case ConnectException _ ->
          "nothing listens there (connection refused); is the server running?";
      case SSLHandshakeException _ when "connection closed".equals(failure.getMessage()) ->
          "TLS failed: " + ENDED_EARLY;
      case SSLException _ -> "TLS failed: " + tls(String.valueOf(failure.getMessage()));
      case EOFException _ -> ENDED;
      default ->
          failure.getCause() instanceof EOFException
              ? ENDED // OkHttp wraps it in an "unexpected end of stream on" an address
              : failure.getMessage() == null
                  ? "the connection broke"
                  : "the connection broke: " + failure.getMessage();
    };
  }

  private static String tls(String message) {
    String lower = message.toLowerCase(Locale.ROOT);
    return TLS.stream()
        .filter(known -> lower.contains(known.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseGet(() -> boring(message));
  }

  /** What BoringSSL says, without the addresses of its memory and the lines of its source. */
  private static String boring(String message) {
    Matcher code = BORING.matcher(message);
    return code.find()
        ? code.group(1).toLowerCase(Locale.ROOT).replace('_', ' ')
        : message.lines().findFirst().orElse(message);
  }
}
