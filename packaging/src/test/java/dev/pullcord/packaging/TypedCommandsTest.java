package dev.pullcord.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What pages and packages tell an administrator to type can be typed as it stands. */
class TypedCommandsTest {
  private static final Path ROOT = Path.of(System.getProperty("pullcord.root", ".."));

  @Test
  void aProgramThatIsNotOnThePathIsNamedWithItsPath() throws IOException {
    Pattern bare = Pattern.compile("(?<!/usr/lib/pullcord/)pullcord-user (add|remove|again)");
    List<String> found = new ArrayList<>();
    for (String folder : List.of("docs/operating", "packaging/debian")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          Files.readString(file)
              .lines()
              .filter(line -> bare.matcher(line).find())
              .forEach(line -> found.add(file + ": " + line.strip()));
        }
      }
    }
    assertThat(found).isEmpty();
  }
}
