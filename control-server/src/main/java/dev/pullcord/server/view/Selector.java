package dev.pullcord.server.view;

import dev.pullcord.protocol.id.LabelSelector;
import dev.pullcord.server.refusal.Refusal;
import java.util.Map;

/** Nodes by label, as people ask for them: {@link LabelSelector} says how they are written. */
public final class Selector {
  /** Every node. */
  public static final Selector ALL = new Selector(LabelSelector.ALL);

  private final LabelSelector terms;

  private Selector(LabelSelector terms) {
    this.terms = terms;
  }

  /** Reads a selector; empty selects all. A {@link Refusal} says where it is wrong. */
  public static Selector parse(String text) {
    if (text.isBlank()) {
      return ALL;
    }
    try {
      return new Selector(LabelSelector.parse(text));
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          Refusal.Kind.MALFORMED, "SELECTOR_SYNTAX", String.valueOf(e.getMessage()), "selector");
    }
  }

  /** Whether a node with these labels is selected. */
  public boolean matches(Map<String, String> labels) {
    return terms.matches(labels);
  }
}
