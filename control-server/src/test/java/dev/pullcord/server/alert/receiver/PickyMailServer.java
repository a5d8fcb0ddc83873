package dev.pullcord.server.alert.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A mail server on loopback that answers to an address, to a text and to the farewell as a test
 * wants, and remembers for whom it took a mail.
 */
final class PickyMailServer {
  private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<List<String>> mails = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile boolean cutsOffFarewells;
  private volatile boolean drips;
  private volatile boolean pours;
  private volatile boolean answered;
  private final CountDownLatch left = new CountDownLatch(1);

  PickyMailServer() throws IOException {
    thread = Thread.ofVirtual().start(this::serve);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Has it answer so to what begins like that, such as {@code RCPT TO:<a@example.org>}. */
  void answer(String command, String answer) {
    answers.put(command.toUpperCase(Locale.ROOT), answer);
  }

  /** Has it break the connection at the farewell. */
  void cutOffFarewells() {
    cutsOffFarewells = true;
  }

  /** Has it greet without end, a line now and then. */
  void drip() {
    drips = true;
  }

  /** Has it greet without end and without a pause. */
  void pour() {
    pours = true;
  }

  /** Whether it has taken a connection. */
  boolean hasAnswered() {
    return answered;
  }

  /** Waits until a client has broken the connection. */
  void awaitLeft() throws InterruptedException {
    assertThat(left.await(60, TimeUnit.SECONDS)).as("the connection has ended").isTrue();
  }

  /** For whom each mail was that it took. */
  List<List<String>> mails() {
    return mails;
  }

  private void serve() {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept()) {
        answered = true;
        talk(socket);
      } catch (IOException _) {
        left.countDown(); // or the test has ended: the next turn sees which
      }
    }
  }

  private void talk(Socket socket) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    List<String> to = new ArrayList<>();
    while (pours) {
      say(socket, "220-wait" + "\r\n220-wait".repeat(10_000));
    }
    while (drips) {
      say(socket, "220-wait");
      LockSupport.parkNanos(1_000_000);
    }
    say(socket, "220 here");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String command = line.toUpperCase(Locale.ROOT);
      if (command.equals("QUIT") && cutsOffFarewells) {
        socket.setSoLinger(true, 0);
        return;
      }
      String answer = answers.getOrDefault(command, command.equals("DATA") ? "354 go" : "250 ok");
      say(socket, answer);
      if (command.startsWith("RCPT TO:") && answer.startsWith("250")) {
        to.add(line.substring("RCPT TO:<".length(), line.length() - 1));
      } else if (answer.startsWith("354")) {
        while (!".".equals(in.readLine())) {
          // The text is of no interest here.
        }
        mails.add(List.copyOf(to));
        say(socket, "250 taken");
      }
    }
  }

  private static void say(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(UTF_8));
  }

  /** Ends it, when the last one has been answered. */
  void stop() throws IOException, InterruptedException {
    listener.close();
    thread.join();
  }
}
