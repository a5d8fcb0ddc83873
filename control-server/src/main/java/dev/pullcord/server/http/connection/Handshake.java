package dev.pullcord.server.http.connection;

import java.nio.channels.SelectableChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.VirtualThreads;
import org.jspecify.annotations.Nullable;

/** The handshake of one connection: each step of it waits for its turn, until it is over. */
final class Handshake implements SslHandshakeListener {
  private final HandshakeTurns turns;
  private final PortConnections connections;
  private final SelectableChannel channel;
  private volatile HandshakeTurns.@Nullable Turn current;
  private volatile boolean begun;
  private volatile boolean over;

  Handshake(HandshakeTurns turns, PortConnections connections, SelectableChannel channel) {
    this.turns = turns;
    this.connections = connections;
    this.channel = channel;
  }

  /**
   * Runs what the connection gives to its executor, where waiting costs no thread.
   *
   * @param usual of the connector
   */
  Executor executor(Executor usual) {
    Executor virtual = VirtualThreads.getVirtualThreadsExecutor(usual);
    Executor runs = virtual == null ? usual : virtual;
    return step -> runs.execute(() -> run(step));
  }

  /** Runs a step that came from the network; on a thread that may not wait, another one does. */
  void run(Runnable step, Executor executor) {
    if (over || Thread.currentThread().isVirtual()) {
      run(step);
    } else {
      executor.execute(step);
    }
  }

  /** Runs a step when its turn comes; one after the handshake at once. */
  void run(Runnable step) {
    if (over) {
      step.run();
      return;
    }
    connections.waitsForUs(channel);
    HandshakeTurns.Turn turn = turns.take(begun);
    try {
      if (connections.served(channel)) { // or else nothing is computed for it any more
        compute(step, turn);
      }
    } finally {
      turn.end();
    }
  }

  private void compute(Runnable step, HandshakeTurns.Turn turn) {
    begun = true;
    current = turn;
    if (over) {
      turn.end();
    }
    try {
      step.run();
    } finally {
      connections.stepped(channel);
    }
  }

  /** A request may follow in the same step; it is no longer the handshake's turn. */
  @Override
  public void handshakeSucceeded(Event event) {
    connections.secured(channel);
    end();
  }

  @Override
  public void handshakeFailed(Event event, Throwable failure) {
    end();
  }

  private void end() {
    over = true;
    HandshakeTurns.Turn turn = current;
    if (turn != null) {
      turn.end();
    }
  }
}
