package dev.pullcord.agent.state;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one start of a worker: {@code started} and {@code term}, which whoever starts or
 * ends it claims first; {@code log}, both of its streams; {@code current}, the link that it sees;
 * {@code generation.json}, its record, for a journal that was lost.
 */
public final class GenerationFiles {
  /** A pid, its start time, and where a unit claims also the boot as it reads it. */
  private static final Pattern STARTED =
      Pattern.compile("([0-9]{1,10}) ([0-9]{1,19})(?: \\S+)?\\s*");

  private static final Pattern AT_BOOT = Pattern.compile("(?:[a-z0-9_-]+@)?([0-9]{1,18}) (.+)");
  private static final Duration CLAIM_SETTLES_WITHIN = Duration.ofSeconds(2);
  private static final Duration LOOK_EVERY = Duration.ofMillis(5);

  private static final Logger LOG = LoggerFactory.getLogger(GenerationFiles.class);

  private final StateDirectory directory;
  private final Path home;

  /** The files of that generation, whether they are there or not. */
  public GenerationFiles(StateDirectory directory, long number) {
    this.directory = directory;
    this.home = directory.generation(number);
  }

  /**
   * Makes them for a generation that is about to be started. Its link follows {@code current}, but
   * a newcomer's, which sees its own release until it takes over.
   */
  public void create(Generation generation) throws IOException {
    Files.createDirectories(home);
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    AtomicFiles.createPrivate(log());
    AtomicFiles.swapLinkUnforced(
        link(),
        generation.beside() ? directory.release(generation.release()) : directory.current());
    AtomicFiles.writeUnforced(home.resolve(GenerationRecord.NAME), PullcordJson.write(generation));
  }

  /** The file that a shim, or recovery, claims by creating it. */
  public Path claim() {
    return home.resolve("started");
  }

  /** Who claimed a start in another boot than the first, whatever that boot is called. */
  public List<ProcessId> startedAgainAs() throws IOException {
    List<ProcessId> claimants = new ArrayList<>();
    try (DirectoryStream<Path> claims = Files.newDirectoryStream(home, "started.*")) {
      for (Path claim : claims) {
        claimedBy(claim).ifPresent(claimants::add);
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return claimants;
  }

  /** The same when it is started again in another boot than its first. */
  public Path claimIn(String boot) {
    return home.resolve("started." + boot);
  }

  /** The script with which a unit becomes the worker; made by that runner. */
  public Path run() {
    return home.resolve("run");
  }

  /** The user of its own that its worker has: its unit is another one. Empty for none. */
  public Optional<String> user() {
    try {
      return Optional.of(text(userFile()).strip()).filter(name -> !name.isEmpty());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Notes it, before its unit is started. */
  public void noteUser(String user) throws IOException {
    AtomicFiles.write(userFile(), user + "\n");
  }

  private Path userFile() {
    return home.resolve("user");
  }

  /** Whether somebody has claimed a start and has not said yet as which process. */
  public static boolean isOpen(Path claim) {
    try {
      return Files.size(claim) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** The file that whoever sends SIGTERM claims before. */
  public Path termClaim() {
    return home.resolve("term");
  }

  /** The same, for one of the processes that its main one has left behind. */
  public Path termClaim(ProcessId left) {
    return home.resolve("term." + left.pid() + "." + left.start());
  }

  /** Both streams of the worker. */
  public Path log() {
    return home.resolve("log");
  }

  /** A directory for what the worker's kind keeps of it; made by the kind. */
  public Path kind() {
    return home.resolve("kind");
  }

  /** What the worker knows as PULLCORD_CURRENT. */
  public Path link() {
    return home.resolve("current");
  }

  /**
   * From now on the generation sees this release and none that comes later, if it did not stop
   * following before. Not forced: after a power loss there is nobody to follow it.
   */
  public void freezeAt(Path release) throws IOException {
    if (directory.current().equals(AtomicFiles.readLink(link()))) {
      AtomicFiles.swapLinkUnforced(link(), release);
    }
  }

  /** From now on the generation sees whatever is active. */
  public void follow() throws IOException {
    if (!directory.current().equals(AtomicFiles.readLink(link()))) {
      AtomicFiles.swapLinkUnforced(link(), directory.current());
    }
  }

  /**
   * Makes the link of a living generation again where it is gone, or leads out of the state
   * directory: to what is active if it follows that, else to the last release that it saw.
   */
  public void mendLink(Generation generation) throws IOException {
    Path there = AtomicFiles.readLink(link());
    if (there != null && there.startsWith(directory.root())) {
      return;
    }
    String last = generation.leases().stream().max(String::compareTo).orElse(generation.release());
    Path to = generation.follows() ? directory.current() : directory.release(last);
    LOG.warn("the link of generation {} is gone: leads to {} again", generation.number(), to);
    Files.createDirectories(home);
    AtomicFiles.swapLinkUnforced(link(), to);
  }

  /** Who claimed the start: a process, or nobody that will ever run. */
  public Optional<ProcessId> startedAs() throws IOException {
    return claimedBy(claim());
  }

  /** Who claimed a file; nobody where it is not there, or says nothing of a process. */
  public static Optional<ProcessId> claimedBy(Path claim) throws IOException {
    try {
      Matcher matcher = STARTED.matcher(text(claim));
      return matcher.matches()
          ? Optional.of(
              new ProcessId(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Settles a start of which it is not known whether it happened: claims it, so that a late shim
   * ends, or finds who did. A claim that is still empty belongs to a shim between its create and
   * its write; one that stays so for 2 s was killed there, before it became the worker.
   */
  public Optional<ProcessId> settle(HostClock clock) throws IOException {
    return settle(claim(), clock);
  }

  /** The same, of {@link #claim} or {@link #claimIn}. */
  public Optional<ProcessId> settle(Path claim, HostClock clock) throws IOException {
    Files.createDirectories(home);
    try {
      AtomicFiles.createNew(claim, "not started\n");
      return Optional.empty();
    } catch (FileAlreadyExistsException e) {
      return awaitClaim(claim, clock);
    }
  }

  private static Optional<ProcessId> awaitClaim(Path claim, HostClock clock) throws IOException {
    Signal never = new Signal();
    long end = clock.nanos() + CLAIM_SETTLES_WITHIN.toNanos();
    while (Files.size(claim) == 0 && clock.nanos() - end < 0) {
      clock.await(never, never.count(), LOOK_EVERY);
    }
    return claimedBy(claim);
  }

  /** The end of the worker's output, about that many bytes; empty when there is none. */
  public String logTail(int bytes, Masks masks) {
    try (InputStream file = Files.newInputStream(log())) {
      long from = Math.max(0, Files.size(log()) - bytes - masks.longest());
      file.skipNBytes(from);
      return masks.tail(file.readNBytes(bytes + masks.longest()), from > 0);
    } catch (IOException e) {
      return "(no log: " + FileFault.of(e) + ")";
    }
  }

  /** The record, as it was before the start; empty when there is none that can be read. */
  public Optional<Generation> record() throws IOException {
    return GenerationRecord.read(home.resolve(GenerationRecord.NAME));
  }

  /** Damage is text, too: text that says nothing. */
  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /** Takes away what a kill has left of a record or a link that was being written. */
  public void removeUnfinished() throws IOException {
    try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(home, "*.new")) {
      for (Path file : unfinished) {
        AtomicFiles.remove(file);
      }
    }
  }

  /** Which generation of each worker the host is to start after a boot. */
  public static Map<String, Long> atBoot(StateDirectory directory) throws IOException {
    Map<String, Long> byWorker = new TreeMap<>();
    if (Files.exists(directory.workersAtBoot())) {
      for (String line : text(directory.workersAtBoot()).lines().toList()) {
        Matcher matcher = AT_BOOT.matcher(line);
        if (matcher.matches()) {
          byWorker.put(matcher.group(2), Long.parseLong(matcher.group(1)));
        }
      }
    }
    return byWorker;
  }

  /** The numbers that have files, lowest first. */
  public static List<Long> numbers(StateDirectory directory) throws IOException {
    return numbers(directory.generations());
  }

  /** The same of the directory that has them, which may not be there. */
  static List<Long> numbers(Path generations) throws IOException {
    List<Long> numbers = new ArrayList<>();
    if (!Files.isDirectory(generations)) {
      return numbers;
    }
    try (Stream<Path> homes = Files.list(generations)) {
      homes
          .map(home -> home.getFileName().toString())
          .filter(name -> name.matches("[0-9]{1,18}"))
          .forEach(name -> numbers.add(Long.parseLong(name)));
    }
    numbers.sort(null);
    return numbers;
  }
}
