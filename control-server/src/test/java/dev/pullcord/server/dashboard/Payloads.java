package dev.pullcord.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jsoup.nodes.Document;

/** Texts that a careless page would run, and what to look at in a page that shows one. */
public final class Payloads {
  private Payloads() {}

  /** All of them. */
  public static List<String> all() throws IOException {
    try (InputStream in = Payloads.class.getResourceAsStream("payloads.txt")) {
      List<String> payloads =
          new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertThat(payloads).hasSizeGreaterThanOrEqualTo(40).doesNotHaveDuplicates();
      return payloads;
    }
  }

  /** Every element with the names of its attributes: what no text may change. */
  public static String shape(Document page) {
    return page.select("main *").stream()
        .map(
            e -> e.tagName() + e.attributes().asList().stream().map(a -> " " + a.getKey()).toList())
        .toList()
        .toString();
  }

  /** How many elements say this and nothing else. */
  public static long timesSaid(Document page, String text) {
    return page.select("main *").stream()
        .filter(e -> e.wholeOwnText().strip().equals(text.strip()))
        .count();
  }
}
