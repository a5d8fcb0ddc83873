package dev.pullcord.server.http.connection;

import java.util.Optional;

/**
 * Those of a port that have shown no credentials, and who of them goes when there are too many: the
 * oldest of the address that has the most. One whose next move is ours does not go, nor one that
 * was answered a moment ago, since what was computed for it would be lost. Where there are only
 * such, the youngest of the address that has more than the newcomer's goes, or else the newcomer.
 *
 * <p>Not for several threads.
 */
final class Strangers {
  private final ConnectionLimits limits;
  private final boolean tls;
  private final Crowd silent = new Crowd();
  private final Crowd known = new Crowd();

  /**
   * Nobody yet.
   *
   * @param tls whether a connection begins with a TLS handshake
   */
  Strangers(ConnectionLimits limits, boolean tls) {
    this.limits = limits;
    this.tls = tls;
  }

  void add(PeerConnection peer) {
    crowd(peer).add(peer);
  }

  void remove(PeerConnection peer) {
    silent.remove(peer);
    known.remove(peer);
  }

  /** One that has sent no whole TLS record costs little, and so does each without TLS. */
  private Crowd crowd(PeerConnection peer) {
    return peer.stage == PeerConnection.Stage.HELLO || !tls ? silent : known;
  }

  int size() {
    return silent.size() + known.size();
  }

  /** Whether it is they who fill a port that is full. */
  boolean areMany() {
    return size() > limits.strangers() / 2;
  }

  /** Whoever goes before one more comes that costs little. */
  Optional<PeerConnection> surplusSilent(long now) {
    boolean many = silent.size() >= limits.strangers() * ConnectionLimits.SILENT_FACTOR;
    return many ? silent.oldest(now) : Optional.empty();
  }

  /** Whoever goes before that one begins its handshake; it may be the newcomer. */
  Optional<PeerConnection> surplus(PeerConnection newcomer, long now) {
    int own = known.size(newcomer.network);
    if (own >= limits.strangersPerAddress()) {
      return Optional.of(known.oldest(newcomer.network, now).orElse(newcomer));
    }
    if (known.size() < limits.strangers()) {
      return Optional.empty();
    }
    return Optional.of(known.oldest(now).or(() -> known.youngestOfMore(own + 1)).orElse(newcomer));
  }

  /** Whoever goes before one more comes to a full port. */
  Optional<PeerConnection> oldest(long now) {
    return silent.oldest(now).or(() -> known.oldest(now));
  }
}
