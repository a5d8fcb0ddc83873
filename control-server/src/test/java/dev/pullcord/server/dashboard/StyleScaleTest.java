package dev.pullcord.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One scale of type and one of spacing in all of our style sheets. */
class StyleScaleTest {
  private static final Path SHEETS =
      Path.of("src/main/resources/dev/pullcord/server/dashboard").toAbsolutePath();

  /** 8 and 10 are the signs in the smallest cells of a map; 96 is a screen on the wall. */
  private static final Set<Integer> TYPE = Set.of(8, 10, 12, 13, 14, 17, 24, 32, 96);

  /** 1 is a hairline; 64 keeps the place of a copy button. */
  private static final Set<Integer> SPACING = Set.of(1, 2, 4, 6, 8, 12, 16, 24, 32, 64);

  private static final Pattern FONT = Pattern.compile("[{;] *font(?:-size)?: ([^;}]*)");
  private static final Pattern SPACE =
      Pattern.compile("[{;] *(?:padding|margin|gap)(?:-[a-z]+)?: ([^;}]*)");
  private static final Pattern PIXELS = Pattern.compile("(?<![\\d.])(\\d+)px");

  @Test
  void everySizeIsOfTheScale() throws IOException {
    List<String> odd = new ArrayList<>();
    try (Stream<Path> sheets = Files.list(SHEETS)) {
      for (Path sheet : sheets.filter(f -> f.toString().endsWith(".css")).sorted().toList()) {
        String text = Files.readString(sheet);
        odd.addAll(off(text, FONT, TYPE));
        odd.addAll(off(text, SPACE, SPACING));
      }
    }
    assertThat(odd).isEmpty();
  }

  @Test
  void aSizeThatIsNotOfTheScaleIsFound() {
    assertThat(off("p { font-size: 15px; margin: 0 5px; }", FONT, TYPE)).hasSize(1);
    assertThat(off("p { font: 600 12.5px a; padding: 8px 18px; }", SPACE, SPACING)).hasSize(1);
  }

  @Test
  void whiteCanBeReadOnEachColourOfAFleet() throws IOException {
    String sheet = Files.readString(SHEETS.resolve("base.css"));
    for (FleetBadge.Accent accent : FleetBadge.Accent.values()) {
      Matcher colour =
          Pattern.compile("\\.accent-" + accent.word() + " \\{ --accent: #([0-9a-f]{6}); }")
              .matcher(sheet);
      assertThat(colour.find()).as(accent.word()).isTrue();
      assertThat(1.05 / (light(Integer.parseInt(colour.group(1), 16)) + 0.05))
          .as(accent.word())
          .isGreaterThanOrEqualTo(4.5);
    }
  }

  /** The relative luminance by WCAG. */
  private static double light(int rgb) {
    double[] shares = {0.0722, 0.7152, 0.2126};
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      double part = (rgb >> (8 * i) & 0xff) / 255.0;
      sum += shares[i] * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
  }

  private static List<String> off(String text, Pattern property, Set<Integer> scale) {
    List<String> odd = new ArrayList<>();
    Matcher found = property.matcher(text);
    while (found.find()) {
      Matcher pixels = PIXELS.matcher(found.group(1));
      while (pixels.find()) {
        if (!scale.contains(Integer.parseInt(pixels.group(1)))) {
          odd.add(found.group().strip());
        }
      }
    }
    return odd;
  }
}
