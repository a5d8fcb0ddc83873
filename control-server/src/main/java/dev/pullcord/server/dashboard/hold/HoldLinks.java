package dev.pullcord.server.dashboard.hold;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Where the end of a freeze, a rollback or a gate is shown before it is made. */
public final class HoldLinks {
  static final String FREEZE_END = "/ui/freezes/end";
  static final String ROLLBACK_END = "/ui/rollbacks/end";
  static final String GATE_END = "/ui/gates/end";

  private HoldLinks() {}

  /** Of a freeze; null or empty for every branch, and for every node. */
  public static String freeze(@Nullable String ref, @Nullable String selector) {
    return end(FREEZE_END, ref, selector);
  }

  /** Of any of them. */
  static String end(String path, @Nullable String ref, @Nullable String selector) {
    return path + "?ref=" + encoded(ref) + "&selector=" + encoded(selector);
  }

  /** Of a rollback of that branch. */
  public static String rollback(String ref) {
    return ROLLBACK_END + "?ref=" + encoded(ref);
  }

  /** Of the gate for that branch. */
  public static String gate(String ref) {
    return GATE_END + "?ref=" + encoded(ref);
  }

  private static String encoded(@Nullable String text) {
    return text == null ? "" : URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
