package dev.pullcord.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Which libraries a package has, under which licences, and the notices that they ask to pass on.
 */
final class Notices {
  private Notices() {}

  /**
   * Writes {@code libraries}, a list of all, and {@code licenses/<jar>/…}, their own texts.
   *
   * @param bill the CycloneDX bill of materials of the program
   * @param jars its jars, as they came
   */
  static void write(Path bill, Path jars, Path target) throws IOException {
    List<String> lines = new ArrayList<>();
    for (JsonNode component : new ObjectMapper().readTree(bill.toFile()).path("components")) {
      String library =
          "%s:%s %s"
              .formatted(
                  component.path("group").asText(),
                  component.path("name").asText(),
                  component.path("version").asText());
      lines.add(library + "\n    " + String.join(", ", licences(component)));
    }
    Collections.sort(lines);
    Files.createDirectories(target);
    Files.write(target.resolve("libraries"), lines);
    for (Path jar : JarCopies.jars(jars)) {
      copyTexts(jar, target.resolve("licenses").resolve(name(jar)));
    }
  }

  private static String name(Path jar) {
    return jar.getFileName().toString().replaceAll("\\.jar$", "");
  }

  private static List<String> licences(JsonNode component) {
    List<String> names = new ArrayList<>();
    for (JsonNode choice : component.path("licenses")) {
      JsonNode licence = choice.path("license");
      String name = licence.path("id").asText(licence.path("name").asText(""));
      names.add(name.isEmpty() ? choice.path("expression").asText("not named") : name);
    }
    return names.isEmpty() ? List.of("see its own texts") : names;
  }

  private static void copyTexts(Path file, Path target) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        String name = entry.getName();
        if (!entry.isDirectory() && isText(name)) {
          Files.createDirectories(target);
          Files.write(
              target.resolve(name.replaceAll(".*/", "")), jar.getInputStream(entry).readAllBytes());
        }
      }
    }
  }

  static boolean isText(String name) {
    return name.matches(
            "(?i)(META-INF/)?(LICEN[SC]E|NOTICE|FastDoubleParser-(LICENSE|NOTICE)|about)[^/]*")
        && !name.endsWith(".class");
  }
}
