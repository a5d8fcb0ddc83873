package dev.pullcord.testkit;

import dev.pullcord.git.tree.TreeLimits;
import dev.pullcord.protocol.id.Shown;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/** Trees that somebody made to have an agent write or read where it must not. */
public final class HostileTrees {
  private static final String FILE = "100644";
  private static final String LINK = "120000";
  private static final String TREE = "40000";

  private HostileTrees() {}

  /**
   * One of them.
   *
   * @param title what it tries
   * @param code that it is refused with; empty when it is deployed as it stands, which does no harm
   * @param shows what the reason says of it
   * @param root makes its objects
   */
  public record Case(String title, String code, String shows, Root root) {
    @Override
    public String toString() {
      return title.codePoints().limit(80).mapToObj(Case::visible).reduce("", String::concat);
    }

    private static String visible(int c) {
      return c >= ' ' && c < 0x7f ? Character.toString(c) : "\\u%04x".formatted(c);
    }
  }

  /** Makes the root tree. */
  public interface Root {
    /** With a directory outside that it may aim at. */
    ObjectId make(HostileTree git, Path canary);
  }

  public static Stream<Case> all() {
    return Stream.of(
            paths(),
            gitNames(),
            controlCharacters(),
            limits(),
            links(),
            conflicts(),
            modes(),
            types(),
            harmless(),
            bombOutside())
        .flatMap(List::stream);
  }

  private static Case named(String title, String code, String shows, Object... search) {
    return new Case(title, code, shows, (git, canary) -> git.withSearch(filled(git, search)));
  }

  /** Contents are given as text; a blob is made of each. */
  private static Object[] filled(HostileTree git, Object... entries) {
    Object[] all = entries.clone();
    for (int i = 2; i < all.length; i += 3) {
      all[i] = all[i] instanceof String content ? git.blob(content) : all[i];
    }
    return all;
  }

  private static Case root(String title, String code, String shows, Object... entries) {
    return new Case(title, code, shows, (git, canary) -> git.tree(filled(git, entries)));
  }

  /** G1: as a file, as a directory and as a link. */
  private static List<Case> paths() {
    List<Case> cases = new ArrayList<>();
    for (String name :
        List.of(
            "..",
            ".",
            "",
            "/",
            "a/b",
            "../canary/new",
            "../../../../canary/secret",
            "../../../../../canary/secret",
            "/etc/passwd",
            "a/../../../../../canary/secret",
            "a//b",
            "./a",
            "a/",
            "..//x")) {
      String shows = shown("search/" + name);
      cases.add(named("a file " + name, "TREE_PATH", shows, FILE, name, "x"));
      cases.add(named("a link " + name, "TREE_PATH", shows, LINK, name, "pattern"));
      cases.add(
          new Case(
              "a directory " + name,
              "TREE_PATH",
              shows,
              (git, canary) ->
                  git.withSearch(TREE, name, git.tree(FILE, "secret", git.blob("x")))));
    }
    cases.add(
        new Case(
            "the whole path of a file that is there",
            "TREE_PATH",
            "secret",
            (git, canary) ->
                git.withSearch(FILE, canary.resolve("secret").toString(), git.blob("x"))));
    cases.add(
        root(
            "a slash in a name at the root",
            "TREE_PATH",
            "\"search/../../../canary/secret\"",
            FILE,
            "pullcord.yaml",
            HostileTree.MANIFEST,
            FILE,
            "search/../../../canary/secret",
            "x"));
    cases.add(
        new Case(
            "a directory with a slash at the root",
            "TREE_PATH",
            "\"search/..\"",
            (git, canary) ->
                git.tree(
                    FILE,
                    "pullcord.yaml",
                    git.blob(HostileTree.MANIFEST),
                    TREE,
                    "search/..",
                    git.tree(FILE, "a", git.blob("x")))));
    return cases;
  }

  /** G2: what some file system takes for {@code .git}. */
  private static List<Case> gitNames() {
    List<Case> cases = new ArrayList<>();
    for (String name :
        List.of(
            ".git",
            ".GIT",
            ".Git",
            ".gIt",
            ".git ",
            ".git.",
            ".git. .",
            ".git  ",
            "git~1",
            "GIT~1",
            "Git~1",
            ".g\u200cit",
            ".git\u200c",
            "\u200d.git",
            ".gi\u200et",
            ".\u200fgit",
            "\u202e.git",
            ".git\u202a",
            ".g\u206ait",
            ".git\u206f",
            "\ufeff.git",
            ".GI\u200cT")) {
      String shows = shown("search/" + name);
      cases.add(named("a file " + name, "TREE_PATH", shows, FILE, name, "x"));
      cases.add(
          new Case(
              "a directory " + name,
              "TREE_PATH",
              shows,
              (git, canary) ->
                  git.withSearch(
                      TREE, name, git.tree(FILE, "config", git.blob("[core]\nfsmonitor=id\n")))));
    }
    return cases;
  }

  /** G3, and names in bytes that are no text. */
  private static List<Case> controlCharacters() {
    List<Case> cases = new ArrayList<>();
    for (int c = 1; c < 0xa0; c = c == 31 ? 127 : c + 1) {
      String name = "a" + (char) c + "b";
      cases.add(named("a file " + name, "TREE_PATH", shown("search/" + name), FILE, name, "x"));
    }
    String[] bytes = {"ff", "c0ae", "c0aec0ae", "c0af", "eda080", "e282", "f4908080", "80", "fe"};
    for (String hex : bytes) {
      cases.add(
          named(
              "a file of the bytes " + hex,
              "TREE_PATH",
              "not UTF-8",
              FILE,
              java.util.HexFormat.of().parseHex(hex),
              "x"));
    }
    return cases;
  }

  /** G4 and G12. */
  private static List<Case> limits() {
    String limit = "TREE_LIMIT";
    return List.of(
        named("a name of 256 bytes", limit, "256 bytes", FILE, "x".repeat(256), "x"),
        named("a name of 256 bytes, two each", limit, "256 bytes", FILE, "é".repeat(128), "x"),
        named("a name of 70,000 bytes", limit, "70000 bytes", FILE, "x".repeat(70_000), "x"),
        new Case(
            "101 directories in each other",
            limit,
            "deeper than 100",
            (git, canary) -> git.withSearch(TREE, "d", nested(git, "d", 101))),
        new Case(
            "2,000 directories in each other",
            limit,
            "deeper than 100",
            (git, canary) -> git.withSearch(TREE, "d", nested(git, "d", 2_000))),
        new Case(
            "a path that no disk takes",
            limit,
            "longer than",
            (git, canary) -> git.withSearch(TREE, "d", nested(git, "d".repeat(250), 20))),
        new Case(
            "a path that fits no state directory",
            limit,
            "longer than",
            (git, canary) -> git.withSearch(TREE, "d", nested(git, "d".repeat(250), 16))),
        new Case(
            "ten thousand million files",
            limit,
            TreeLimits.ENTRIES_MAX + " entries",
            (git, canary) -> git.withSearch(TREE, "bomb", bomb(git, FILE, git.blob("x")))),
        new Case(
            "ten thousand million links",
            limit,
            TreeLimits.ENTRIES_MAX + " entries",
            (git, canary) -> git.withSearch(TREE, "bomb", bomb(git, LINK, git.blob("n1")))),
        new Case(
            "ten thousand million directories and no file",
            limit,
            TreeLimits.ENTRIES_MAX + " entries",
            (git, canary) -> git.withSearch(TREE, "bomb", bomb(git, TREE, git.tree()))),
        new Case(
            "links that take hours to follow",
            limit,
            "too long to follow",
            (git, canary) -> git.withSearch(TREE, "d".repeat(250), slowLinks(git))),
        new Case(
            "six thousand names for one file of a mebibyte",
            "RELEASE_SIZE",
            "5 GiB at most",
            (git, canary) -> git.withSearch(TREE, "d", copies(git, 6_000))),
        new Case(
            "a directory of nine mebibytes",
            limit,
            "8 MiB at most",
            (git, canary) -> git.withSearch(TREE, "d", many(git, 170_000))));
  }

  private static ObjectId many(HostileTree git, int entries) {
    ObjectId file = git.blob("x");
    Object[] all = new Object[3 * entries];
    for (int i = 0; i < entries; i++) {
      all[3 * i] = FILE;
      all[3 * i + 1] = "a-name-of-many-letters-%05x".formatted(i);
      all[3 * i + 2] = file;
    }
    return git.tree(all);
  }

  private static ObjectId copies(HostileTree git, int entries) {
    ObjectId file = git.blob(new byte[1 << 20]);
    Object[] all = new Object[3 * entries];
    for (int i = 0; i < entries; i++) {
      all[3 * i] = FILE;
      all[3 * i + 1] = "n%05d".formatted(i);
      all[3 * i + 2] = file;
    }
    return git.tree(all);
  }

  private static ObjectId slowLinks(HostileTree git) {
    ObjectId target = git.blob("x/../".repeat(800) + "x");
    Object[] all = new Object[3 * 1_000];
    for (int i = 0; i < 1_000; i++) {
      all[3 * i] = LINK;
      all[3 * i + 1] = "n%04d".formatted(i);
      all[3 * i + 2] = target;
    }
    ObjectId tree = git.tree(all);
    for (int level = 0; level < 9; level++) {
      tree = git.tree(TREE, "d".repeat(250), tree);
    }
    return tree;
  }

  private static ObjectId nested(HostileTree git, String name, int levels) {
    ObjectId tree = git.tree(FILE, "leaf", git.blob("x"));
    for (int i = 0; i < levels; i++) {
      tree = git.tree(TREE, name, tree);
    }
    return tree;
  }

  /** Ten trees that name each other: 10^10 paths in a few hundred bytes. */
  private static ObjectId bomb(HostileTree git, String lowest, ObjectId leaf) {
    ObjectId tree = leaf;
    String mode = lowest;
    for (int level = 0; level < 10; level++) {
      Object[] ten = new Object[30];
      for (int i = 0; i < 10; i++) {
        ten[3 * i] = mode;
        ten[3 * i + 1] = "n" + i;
        ten[3 * i + 2] = tree;
      }
      tree = git.tree(ten);
      mode = TREE;
    }
    return tree;
  }

  /** G5, and the circles of G6. */
  private static List<Case> links() {
    String code = "TREE_SYMLINK";
    List<Case> cases = new ArrayList<>();
    for (String target :
        List.of(
            "/",
            "/etc/passwd",
            "//etc",
            "../..",
            "../../",
            "../../.",
            "../../x",
            "./../..",
            "..//../x",
            "../../../../canary/secret",
            "sub/../../../x",
            "../search/../../x",
            "../.pullcord/../../x",
            "none/../../../x",
            "a\u0000b",
            "\n",
            "a\u001b[2J",
            "a\u0085b",
            "",
            "x".repeat(4097))) {
      cases.add(named("a link to " + target, code, "search/l", LINK, "l", target));
    }
    for (boolean directory : new boolean[] {true, false}) {
      cases.add(
          new Case(
              "a link to the canary, directory: " + directory,
              code,
              "leaves the release",
              (git, canary) ->
                  git.withSearch(
                      LINK,
                      "l",
                      git.blob((directory ? canary : canary.resolve("secret")).toString()))));
    }
    cases.add(
        new Case(
            "a link to bytes that are no text",
            code,
            "not UTF-8",
            (git, canary) -> git.withSearch(LINK, "l", git.blob(new byte[] {'a', (byte) 0xff}))));
    cases.add(
        named(
            "a link that leaves through two others",
            code,
            "\"search/c\" → \"b/../x\"",
            LINK,
            "a",
            "..",
            LINK,
            "b",
            "a/search/a",
            LINK,
            "c",
            "b/../x"));
    cases.add(
        new Case(
            "a link at a depth that leaves by one step too many",
            code,
            "leaves the release",
            (git, canary) ->
                git.withSearch(
                    TREE, "s", git.tree(TREE, "t", git.tree(LINK, "l", git.blob("../../../.."))))));
    for (List<String> ring : List.of(List.of("a"), List.of("a", "b"), List.of("a", "b", "c"))) {
      Object[] entries = new Object[3 * ring.size()];
      for (int i = 0; i < ring.size(); i++) {
        entries[3 * i] = LINK;
        entries[3 * i + 1] = ring.get(i);
        entries[3 * i + 2] = ring.get((i + 1) % ring.size());
      }
      cases.add(named("a ring of " + ring.size(), "TREE_CONFLICT", "circle", entries));
    }
    cases.add(named("a link below itself", "TREE_CONFLICT", "circle", LINK, "a", "a/b"));
    cases.add(chain("a chain of 41 links", 41, "TREE_CONFLICT", "circle"));
    cases.add(chain("a chain of 10 links that leaves", 10, "TREE_SYMLINK", "leaves", "../../x"));
    return cases;
  }

  private static Case chain(String title, int length, String code, String shows, String... end) {
    Object[] entries = new Object[3 * length];
    for (int i = 0; i < length; i++) {
      entries[3 * i] = LINK;
      entries[3 * i + 1] = "n%02d".formatted(i);
      entries[3 * i + 2] =
          i + 1 == length ? (end.length == 0 ? "../run.sh" : end[0]) : "n%02d".formatted(i + 1);
    }
    return named(title, code, shows, entries);
  }

  /** G6, G8 and G9. */
  private static List<Case> conflicts() {
    ObjectId elsewhere = ObjectId.fromString("12".repeat(20));
    List<Case> cases = new ArrayList<>();
    for (boolean linkFirst : new boolean[] {true, false}) {
      cases.add(
          new Case(
              "a file below a link to the canary, link first: " + linkFirst,
              "TREE_CONFLICT",
              "one name",
              (git, canary) -> {
                Object[] link = {LINK, "a", git.blob(canary.toString())};
                Object[] tree = {TREE, "a", git.tree(FILE, "secret", git.blob("x"))};
                return git.withSearch(linkFirst ? joined(link, tree) : joined(tree, link));
              }));
      cases.add(
          new Case(
              "a link and a directory that is a bundle, link first: " + linkFirst,
              "TREE_CONFLICT",
              "stands where a bundle has a directory",
              (git, canary) -> {
                Object[] link = {LINK, "search", git.blob(canary.toString())};
                Object[] tree = {TREE, "search", git.tree(FILE, "secret", git.blob("x"))};
                Object[] manifest = {FILE, "pullcord.yaml", git.blob(HostileTree.MANIFEST)};
                return git.tree(
                    joined(manifest, linkFirst ? joined(link, tree) : joined(tree, link)));
              }));
    }
    cases.add(
        new Case(
            "a file and a directory of one name, with another between",
            "OBJECT_INVALID",
            "two entries",
            (git, canary) ->
                git.withSearch(
                    FILE,
                    "a",
                    git.blob("x"),
                    FILE,
                    "a.b",
                    git.blob("x"),
                    TREE,
                    "a",
                    git.tree(FILE, "c", git.blob("x")))));
    cases.add(
        named(
            "two files of one name",
            "OBJECT_INVALID",
            "two entries",
            FILE,
            "a",
            "1",
            FILE,
            "a",
            "2"));
    cases.add(
        named(
            "files out of order",
            "OBJECT_INVALID",
            "out of order",
            FILE,
            "b",
            "1",
            FILE,
            "a",
            "2"));
    for (String place : List.of("search", "tasks")) {
      cases.add(
          root(
              "a link for the bundle " + place,
              "TREE_CONFLICT",
              "a link stands where",
              FILE,
              "pullcord.yaml",
              HostileTree.MANIFEST,
              LINK,
              place,
              "/etc"));
      cases.add(
          root(
              "a file for the bundle " + place,
              "TREE_CONFLICT",
              "a file stands where",
              FILE,
              "pullcord.yaml",
              HostileTree.MANIFEST,
              FILE,
              place,
              "x"));
      cases.add(
          root(
              "a submodule for the bundle " + place,
              "SUBMODULE_UNSUPPORTED",
              place,
              FILE,
              "pullcord.yaml",
              HostileTree.MANIFEST,
              "160000",
              place,
              elsewhere));
    }
    cases.add(
        named(
            "a submodule", "SUBMODULE_UNSUPPORTED", "\"search/lib\"", "160000", "lib", elsewhere));
    cases.add(
        named("a submodule named ..", "TREE_PATH", "\"search/..\"", "160000", "..", elsewhere));
    return cases;
  }

  private static Object[] joined(Object[] one, Object[] other) {
    return Stream.of(one, other).flatMap(Arrays::stream).toArray();
  }

  /** G10. */
  private static List<Case> modes() {
    List<Case> cases = new ArrayList<>();
    for (String mode :
        List.of(
            "120777",
            "104755",
            "102755",
            "101777",
            "106755",
            "60000",
            "60644",
            "20000",
            "10000",
            "140000",
            "100777",
            "100600",
            "100000",
            "0",
            "644",
            "755",
            "40755",
            "1100644",
            "",
            "7777777777")) {
      cases.add(named("a mode of " + mode, "TREE_MODE", "mode", mode, "odd", "x"));
    }
    for (String mode : List.of("10o644", "-100644", "+100644", "37777777777777")) {
      cases.add(named("a mode of " + mode, "OBJECT_INVALID", "not a tree", mode, "odd", "x"));
    }
    return cases;
  }

  /** Objects that are not what an entry says they are. */
  private static List<Case> types() {
    String code = "OBJECT_INVALID";
    return List.of(
        new Case(
            "a directory that is a file",
            code,
            "\"search/d/\"",
            (git, canary) -> git.withSearch(TREE, "d", git.blob("x"))),
        new Case(
            "a file that is a directory",
            code,
            "\"search/f\"",
            (git, canary) -> git.withSearch(FILE, "f", git.tree(FILE, "a", git.blob("x")))),
        new Case(
            "a link that is a directory",
            code,
            "\"search/f\"",
            (git, canary) -> git.withSearch(LINK, "f", git.tree(FILE, "a", git.blob("x")))),
        new Case(
            "a file that is a commit",
            code,
            "\"search/f\"",
            (git, canary) ->
                git.withSearch(
                    FILE,
                    "f",
                    ObjectId.fromString(git.commit(git.tree(FILE, "a", git.blob("x")))))),
        new Case(
            "a directory of bytes that are no tree",
            code,
            "not a tree",
            (git, canary) ->
                git.withSearch(
                    TREE, "d", git.insert(Constants.OBJ_TREE, bytes("100644 a\0short")))),
        new Case(
            "a directory that ends in a mode",
            code,
            "not a tree",
            (git, canary) ->
                git.withSearch(TREE, "d", git.insert(Constants.OBJ_TREE, bytes("100644")))),
        new Case(
            "a name with a NUL in it",
            code,
            "not a tree",
            (git, canary) -> git.withSearch(FILE, "a\0b", git.blob("x"))),
        new Case("a root that is a file", code, "", (git, canary) -> git.blob("x")),
        new Case(
            "a root of bytes that are no tree",
            "MANIFEST_MISSING",
            "",
            (git, canary) -> git.insert(Constants.OBJ_TREE, bytes("garbage"))),
        new Case(
            "a manifest that is a directory",
            code,
            "pullcord.yaml",
            (git, canary) -> git.tree(FILE, "pullcord.yaml", git.tree())));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** What looks hostile and does nothing: it is deployed exactly as it stands. */
  private static List<Case> harmless() {
    List<Case> cases = new ArrayList<>();
    for (String name :
        List.of(
            "...",
            ".gitignore",
            ".gitmodules",
            ".git2",
            "git~2",
            "git",
            ".g\u0131t",
            ".g\u0456t",
            "\uff0egit",
            "a\\..\\..\\b",
            "C:\\x",
            "CON",
            "nul.txt",
            "a:b",
            "a b",
            " ",
            "-rf",
            "~",
            "$(id)",
            "`id`",
            "%2e%2e",
            "\u2024\u2024",
            "\u2025",
            "\uff0f",
            "\u2215etc",
            "a\u202etxt",
            "\ud83d\ude00",
            "e\u0301",
            "<script>",
            "x".repeat(255),
            "é".repeat(127),
            "*",
            "?")) {
      cases.add(named("harmless: a file " + name, "", "", FILE, name, "x"));
    }
    cases.add(named("harmless: names that differ in case", "", "", FILE, "A", "1", FILE, "a", "2"));
    cases.add(
        named(
            "harmless: names that differ in accents",
            "",
            "",
            FILE,
            "e\u0301",
            "1",
            FILE,
            "\u00e9",
            "2"));
    cases.add(
        named(
            "harmless: filters",
            "",
            "",
            FILE,
            ".gitattributes",
            "* filter=evil ident export-subst text eol=crlf\n",
            FILE,
            "a",
            "$Id$ $Format:%H$\r\n"));
    cases.add(
        named(
            "harmless: links that stay inside",
            "",
            "",
            FILE,
            "a",
            "x",
            LINK,
            "b",
            "../search/./a",
            LINK,
            "c",
            "..",
            LINK,
            "d",
            "c/search/c/run.sh",
            LINK,
            "e",
            "not/there"));
    cases.add(chain("harmless: a chain of 40 links", 40, "", ""));
    cases.add(
        new Case(
            "harmless: 98 directories in each other",
            "",
            "",
            (git, canary) -> git.withSearch(TREE, "d", nested(git, "d", 97))));
    cases.add(
        root(
            "harmless: everything outside of the bundles",
            "",
            "",
            FILE,
            "..",
            "x",
            FILE,
            ".git",
            "x",
            "160000",
            "lib",
            ObjectId.fromString("12".repeat(20)),
            FILE,
            "pullcord.yaml",
            HostileTree.MANIFEST,
            "104755",
            "su",
            "x",
            LINK,
            "z",
            "/etc/passwd"));
    return cases;
  }

  private static List<Case> bombOutside() {
    return List.of(
        new Case(
            "harmless: ten thousand million files outside of the bundles",
            "",
            "",
            (git, canary) ->
                git.tree(
                    TREE,
                    "bomb",
                    bomb(git, FILE, git.blob("x")),
                    FILE,
                    "pullcord.yaml",
                    git.blob(HostileTree.MANIFEST))));
  }

  private static String shown(String path) {
    return Shown.of(path);
  }
}
