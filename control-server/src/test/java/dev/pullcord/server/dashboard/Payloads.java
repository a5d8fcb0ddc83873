package dev.pullcord.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;

/** Texts that try to be more than text, and what a page has to look like with one of them in it. */
public final class Payloads {
  private Payloads() {}

  public static List<String> all() throws IOException {
    try (InputStream in = Payloads.class.getResourceAsStream("payloads.txt")) {
      assertThat(in).isNotNull();
      List<String> payloads =
          new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertThat(payloads).hasSizeGreaterThanOrEqualTo(40).doesNotHaveDuplicates();
      return payloads;
    }
  }

  /** The elements of a page with the names of their attributes. */
  public static List<String> shape(Document page) {
    return page.getAllElements().stream()
        .map(e ->
            e.nodeName()
                + e.attributes().asList().stream().map(Attribute::getKey).sorted().toList())
        .toList();
  }

  /** In how many places of its content a page says this and nothing else, or has it as a value. */
  public static long timesSaid(Document page, String text) {
    return page.select("main *").stream()
        .filter(e -> e.wholeOwnText().strip().equals(text.strip()) || e.attr("value").equals(text))
        .count();
  }

  /** Each of these pages has the shape of the harmless one, and says the payload as often. */
  public static void assertHarmless(String payload, List<Document> pages, List<Document> harmless) {
    for (int i = 0; i < pages.size(); i++) {
      assertThat(shape(pages.get(i))).as(payload).isEqualTo(shape(harmless.get(i)));
      assertThat(timesSaid(pages.get(i), payload))
          .as(payload)
          .isEqualTo(timesSaid(harmless.get(i), "harmless"));
    }
  }
}
