package dev.pullcord.agent.host.command;

import dev.pullcord.agent.host.LocaleNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says why a program cannot be run, and whose fault that is. What the commit has brought is the
 * release's; what another commit would meet in the same way is the host's.
 *
 * @param ofRelease whether the release is to blame
 * @param text one line
 */
public record ProgramFault(boolean ofRelease, String text) {
  private static final int HEAD_BYTES = 256;
  private static final int ELF_MACHINE = 18;
  private static final Pattern INTERPRETER =
      Pattern.compile("#![ \t]*([^ \t]*)(.*)", Pattern.DOTALL);
  private static final Pattern ERROR = Pattern.compile("error[=:] ?([0-9]+)");
  private static final Path FOREIGN = Path.of("/proc/sys/fs/binfmt_misc");

  /** Machines that programs are made for, by their number in the head of one. */
  private static final Map<Integer, String> MACHINES =
      Map.of(
          3, "i386", 21, "ppc64", 22, "s390x", 40, "arm", 62, "x86_64", 183, "aarch64", 243,
          "riscv64");

  private static final Map<String, Set<Integer>> RUNS_HERE =
      Map.of(
          "amd64", Set.of(3, 62),
          "aarch64", Set.of(40, 183),
          "ppc64le", Set.of(21),
          "s390x", Set.of(22),
          "riscv64", Set.of(243));

  /** What the kernel says, by its number and its words. */
  private enum LinuxError {
    NOT_THERE(
        2, "No such file or directory", true, "its interpreter or loader is not on this host"),
    TOO_LONG(
        7,
        "Argument list too long",
        true,
        "its arguments and its environment are longer than the kernel takes"),
    FORMAT(8, "Exec format error", true, "it is no program for this host"),
    NO_PROCESS(
        11,
        "Resource temporarily unavailable",
        false,
        "the host allows this user no more processes (ulimit -u, TasksMax)"),
    NO_MEMORY(12, "Cannot allocate memory", false, "the host has no memory left for it"),
    DENIED(13, "Permission denied", false, "the host does not permit it"),
    BUSY(26, "Text file busy", false, "its file is open for writing; whoever writes it has to end"),
    LOOPS(40, "Too many levels of symbolic links", true, "its links lead in a circle");

    private final int number;
    private final String words;
    private final boolean ofRelease;
    private final String text;

    LinuxError(int number, String words, boolean ofRelease, String text) {
      this.number = number;
      this.words = words;
      this.ofRelease = ofRelease;
      this.text = text;
    }

    boolean isSaid(String said) {
      Matcher error = ERROR.matcher(said);
      return error.find()
          ? Integer.parseInt(error.group(1)) == number
          : said.strip().endsWith(words);
    }
  }

  /** What is wrong with a program before it is run; empty when nothing is known against it. */
  public static Optional<ProgramFault> of(
      List<String> run, Path release, Map<String, String> environment) {
    String name = run.getFirst();
    Optional<List<String>> resolved = Programs.resolve(run, release, environment);
    if (resolved.isEmpty()) {
      return Optional.of(missing(name, release));
    }
    Path program = Path.of(resolved.get().getFirst());
    try {
      return unfit(name, program).map(why -> new ProgramFault(isIn(release, program), why));
    } catch (IOException e) {
      return Optional.empty(); // the kernel will say it
    }
  }

  private static boolean isIn(Path release, Path program) {
    return program.normalize().startsWith(release.normalize());
  }

  private static ProgramFault missing(String name, Path release) {
    Path file;
    try {
      file = release.resolve(name);
    } catch (InvalidPathException e) {
      return new ProgramFault(false, LocaleNames.unwritable(name));
    }
    if (Files.isDirectory(file)) {
      return new ProgramFault(true, name + " is a directory, not a program");
    }
    if (Files.isSymbolicLink(file) && !Files.exists(file)) {
      return new ProgramFault(true, name + " is a link to a file that is not there");
    }
    if (!Files.isRegularFile(file)) {
      return new ProgramFault(true, "no program \"" + name + "\" in the release or on PATH");
    }
    if (!hasExecuteBit(file)) {
      return new ProgramFault(
          true, name + " is not executable: git update-index --chmod=+x " + name);
    }
    return new ProgramFault(
        false,
        isOnNoexec(file)
            ? name + " is on a file system that is mounted noexec; mount it without: " + file
            : name + " may not be executed by user " + System.getProperty("user.name"));
  }

  private static boolean hasExecuteBit(Path file) {
    try {
      Set<PosixFilePermission> bits = Files.getPosixFilePermissions(file);
      return bits.contains(PosixFilePermission.OWNER_EXECUTE)
          || bits.contains(PosixFilePermission.GROUP_EXECUTE)
          || bits.contains(PosixFilePermission.OTHERS_EXECUTE);
    } catch (IOException e) {
      return false;
    }
  }

  /** The fifth field of a mount is where, the sixth its options; the longest one counts. */
  private static boolean isOnNoexec(Path file) {
    boolean noexec = false;
    int longest = -1;
    try {
      Path real = file.toRealPath();
      for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
        String[] fields = line.split(" ");
        Path mounted = Path.of(fields[4].replace("\\040", " "));
        if (real.startsWith(mounted) && mounted.getNameCount() >= longest) {
          longest = mounted.getNameCount();
          noexec = Arrays.asList(fields[5].split(",")).contains("noexec");
        }
      }
    } catch (IOException | InvalidPathException e) {
      return false;
    }
    return noexec;
  }

  private static Optional<String> unfit(String name, Path program) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(program)) {
      head = in.readNBytes(HEAD_BYTES);
    }
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (text.startsWith("\u007fELF") && head.length > ELF_MACHINE + 1) {
      return foreign(name, head);
    }
    int end = text.indexOf('\n');
    Matcher interpreter = INTERPRETER.matcher(end < 0 ? text : text.substring(0, end));
    return interpreter.matches()
        ? interpreter(name, interpreter.group(1), interpreter.group(2))
        : Optional.empty();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Its path and arguments have a character for each byte: the kernel knows no characters. */
  private static Optional<String> interpreter(String name, String raw, String arguments) {
    if (raw.endsWith("\r") || arguments.endsWith("\r")) {
      String line = (raw + arguments).strip();
      return Optional.of(
          "\"%s\", the interpreter of %s, is not there: the file has CRLF line ends; commit it"
                  .formatted(LocaleNames.ofBytes(bytes(line)).orElse(line) + "\\r", name)
              + " with LF (.gitattributes: * text=auto eol=lf)");
    }
    String path = LocaleNames.ofBytes(bytes(raw)).orElse("");
    Path file;
    try {
      file = Path.of(path);
    } catch (InvalidPathException e) {
      return Optional.empty(); // the kernel will say it
    }
    if (path.isEmpty() || !file.isAbsolute()) {
      return Optional.empty();
    }
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS) || !Files.exists(file)) {
      return Optional.of("%s, the interpreter of %s, is not on this host".formatted(path, name));
    }
    return Files.isRegularFile(file) && Files.isExecutable(file)
        ? Optional.empty()
        : Optional.of("%s, the interpreter of %s, is no program".formatted(path, name));
  }

  /** Where programs of other machines can be run after all, the kernel is asked. */
  private static Optional<String> foreign(String name, byte[] head) {
    boolean little = head[5] == 1;
    int low = head[little ? ELF_MACHINE : ELF_MACHINE + 1] & 0xff;
    int high = head[little ? ELF_MACHINE + 1 : ELF_MACHINE] & 0xff;
    int machine = (high << 8) | low;
    String here = System.getProperty("os.arch");
    Set<Integer> runs = RUNS_HERE.getOrDefault(here, Set.of());
    String[] others = FOREIGN.toFile().list((_, file) -> file.startsWith("qemu"));
    boolean emulated = others != null && others.length > 0;
    return runs.isEmpty() || runs.contains(machine) || emulated
        ? Optional.empty()
        : Optional.of(
            "%s is made for %s, and this host is %s"
                .formatted(name, MACHINES.getOrDefault(machine, "machine " + machine), here));
  }

  /** What is wrong with a program that the kernel did not take, by what was said then. */
  public static ProgramFault refused(String said) {
    if (CommandResult.saysUnknown(said)) {
      return new ProgramFault(false, said);
    }
    for (LinuxError refusal : LinuxError.values()) {
      if (refusal.isSaid(said)) {
        return new ProgramFault(refusal.ofRelease, refusal.text);
      }
    }
    return new ProgramFault(false, "not started: " + said);
  }
}
