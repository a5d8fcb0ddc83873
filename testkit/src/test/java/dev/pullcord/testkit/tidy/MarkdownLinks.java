package dev.pullcord.testkit.tidy;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Links from one page of the repository to another file of it, headings included. */
final class MarkdownLinks {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)(?:\\s+\"[^\"]*\")?\\)");
  private static final Pattern ELSEWHERE = Pattern.compile("^[a-z][a-z0-9+.-]*:.*");

  private MarkdownLinks() {}

  /** Links that lead nowhere, as {@code path: link}. */
  static List<String> broken(List<RepositoryFile> files) {
    Map<String, RepositoryFile> byPath = new HashMap<>();
    Set<String> folders = new HashSet<>();
    for (RepositoryFile file : files) {
      byPath.put(file.path(), file);
      for (Path folder = Path.of(file.path()).getParent(); folder != null; ) {
        folders.add(folder.toString());
        folder = folder.getParent();
      }
    }
    List<String> broken = new ArrayList<>();
    for (RepositoryFile file : files) {
      if (file.isMarkdown()) {
        Matcher link = LINK.matcher(withoutCode(file.text()));
        while (link.find()) {
          if (!leadsSomewhere(file, link.group(1), byPath, folders)) {
            broken.add(file.path() + ": the link " + link.group(1) + " leads nowhere");
          }
        }
      }
    }
    return broken;
  }

  private static boolean leadsSomewhere(
      RepositoryFile from, String link, Map<String, RepositoryFile> byPath, Set<String> folders) {
    if (ELSEWHERE.matcher(link).matches()) {
      return true;
    }
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    RepositoryFile target = from;
    if (!path.isEmpty()) {
      Path decoded = Path.of(URLDecoder.decode(path, StandardCharsets.UTF_8));
      String normal = Path.of(from.folder()).resolve(decoded).normalize().toString();
      if (folders.contains(normal)) {
        return hash < 0;
      }
      target = byPath.get(normal);
    }
    return target != null && (hash < 0 || headings(target).contains(link.substring(hash + 1)));
  }

  private static Set<String> headings(RepositoryFile page) {
    Set<String> headings = new HashSet<>();
    withoutBlocks(page.text())
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+\\s*", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .forEach(headings::add);
    return headings;
  }

  private static String withoutCode(String text) {
    return withoutBlocks(text).replaceAll("`[^`\n]*`", "code");
  }

  private static String withoutBlocks(String text) {
    return text.replaceAll("(?ms)^```.*?^```", "");
  }
}
