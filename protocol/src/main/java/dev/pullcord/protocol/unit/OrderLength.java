package dev.pullcord.protocol.unit;

import java.time.Duration;

/**
 * How long an order may hold that ends by itself: a freeze, a pin, a suspension. The commands and
 * the server have the limit from here, and so has what they say about it.
 */
public final class OrderLength {
  /** The shortest. */
  public static final Duration LEAST = Duration.ofSeconds(10);

  /** The longest. */
  public static final Duration MOST = Duration.ofDays(365);

  /** Both as people read them: a constant, since help texts are made of it. */
  public static final String RANGE = "10s to 365d";

  private OrderLength() {}
}
