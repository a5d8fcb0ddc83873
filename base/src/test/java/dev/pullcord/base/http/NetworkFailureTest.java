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
  void socketsSendAtOnce() throws IOException {
    try (Socket socket = new NoDelaySockets().createSocket()) {
      assertThat(socket.getTcpNoDelay()).isTrue();
    }
  }
}
