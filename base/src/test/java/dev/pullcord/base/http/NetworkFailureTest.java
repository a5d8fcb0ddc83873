package dev.pullcord.base.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class NetworkFailureTest {
  @Test
  void eachFailureHasWords() {
    Map<IOException, String> words =
        Map.of(
            new UnknownHostException("x"), "no host of that name",
            new SocketTimeoutException("x"), "no answer in time",
            new InterruptedIOException("x"), "no answer in time",
            new NoRouteToHostException("x"), "no route to that host",
            new ConnectException("x"),
                "nothing listens there (connection refused); is the server running?",
            new SSLException("bad record"), "TLS failed: bad record",
            new EOFException("\\n not found: limit=0 content=…"),
                "the connection ended in the middle of an answer; was the server stopped?",
            new IOException("unexpected end of stream on https://x/...", new EOFException("\\n")),
                "the connection ended in the middle of an answer; was the server stopped?",
            new IOException("reset"), "the connection broke: reset",
            new IOException(), "the connection broke");

    words.forEach(
        (failure, reason) -> assertThat(NetworkFailure.reason(failure)).isEqualTo(reason));
  }

  @Test
  void whatIsSaidOfTlsIsNotInTheWordsOfALibrary() {
    Map<String, String> words =
        Map.of(
            "(handshake_failure) Received fatal alert: handshake_failure", "no version or cipher",
            "(protocol_version) Received fatal alert: protocol_version", "1.2 or 1.3 is needed",
            "Unsupported or unrecognized SSL message", "speaks no TLS; is the port right?",
            "Unrecognized SSL message, plaintext connection?", "speaks no TLS; is the port right?",
            "Remote host terminated the handshake", "ended before TLS was agreed on",
            "Unable to parse TLS packet header", "speaks no TLS; is the port right?",
            """
            Read error: ssl=0x7f31: Failure in SSL library, usually a protocol error
            error:1:SSL routines:OPENSSL_internal:TLSV1_ALERT_PROTOCOL_VERSION (a.cc:4 0x7f:0x3)\
            """,
                "1.2 or 1.3 is needed",
            "(certificate_required) Received fatal alert: certificate_required", "client certif",
            "(unrecognized_name) Received fatal alert: unrecognized_name", "use one that it knows");
    words.forEach((message, part) ->
        assertThat(NetworkFailure.reason(new SSLException(message)))
            .startsWith("TLS failed: ")
            .contains(part)
            .doesNotContain("_", "SSL"));
  }

  @Test
  void aConnectionThatClosesIsOneWithoutTlsOnlyBeforeThatWasAgreedOn() {
    assertThat(NetworkFailure.reason(new SSLHandshakeException("connection closed")))
        .contains("ended before TLS was agreed on");
    assertThat(NetworkFailure.reason(new SSLException("connection closed")))
        .isEqualTo("TLS failed: connection closed");
  }

  @Test
  void noAddressOfMemoryAndNoFileOfALibraryIsShown() {
    String said =
        """
        Read error: ssl=0x7f31d86a7aa8: Failure in SSL library, usually a protocol error
        error:10000438:SSL routines:OPENSSL_internal:TLSV1_ALERT_INTERNAL_ERROR (ssl/a.cc:491)
        """;

    assertThat(NetworkFailure.reason(new SSLException(said)))
        .isEqualTo("TLS failed: tlsv1 alert internal error");
  }

  @Test
  void socketsSendAtOnce() throws IOException {
    try (Socket socket = new NoDelaySockets().createSocket()) {
      assertThat(socket.getTcpNoDelay()).isTrue();
    }
  }
}
