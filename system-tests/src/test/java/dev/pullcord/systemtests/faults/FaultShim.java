package dev.pullcord.systemtests.faults;

import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Makes file-changing calls of a running daemon fail, or kills it at one of them: compiles {@code
 * shim.c}, which is loaded into the daemon before libc, and turns its switches in memory that both
 * share. Only calls below one directory count, from 1 at each {@link #fail} or {@link #killAt}.
 */
final class FaultShim {
  /** The kinds of calls, in the order of the shim. */
  enum Call {
    OPEN,
    OPEN_TO_READ,
    WRITE,
    FORCE,
    RENAME,
    DELETE,
    MKDIR,
    TRUNCATE,
    LINK,
    ATTRIBUTES
  }

  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int BYTES = 64 << 10;
  private static final int TEXT = 64;
  private static final int MODE = 0;
  private static final int ERROR = 8;
  private static final int CALLS = 16;
  private static final int FIRST = 24;
  private static final int LAST = 32;
  private static final int COUNTED = 40;
  private static final int FAILED = 48;
  private static final int WRITTEN = 56;

  private final Path library;
  private final Path control;
  private final Path below;
  private final MappedByteBuffer memory;

  private FaultShim(Path library, Path control, Path below, MappedByteBuffer memory) {
    this.library = library;
    this.control = control;
    this.below = below;
    this.memory = memory;
  }

  /** A switch that is off, for a daemon whose state is below that directory. */
  static FaultShim below(Path below, Path directory) throws IOException {
    Needs.tool("gcc");
    Path library = directory.resolve("shim.so");
    Path source = directory.resolve("shim.c");
    try (InputStream in = FaultShim.class.getResourceAsStream("shim.c")) {
      Files.write(source, Objects.requireNonNull(in).readAllBytes());
    }
    List<String> gcc =
        List.of(
            "gcc", "-shared", "-fPIC", "-O2", "-o", library.toString(), source.toString(), "-ldl");
    ProgramCall.of(directory, Map.of(), gcc).runOrFail();
    Path control = directory.resolve("shim.control");
    try (FileChannel channel =
        FileChannel.open(
            control,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      MappedByteBuffer memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
      memory.order(ByteOrder.nativeOrder());
      return new FaultShim(library, control, below.toRealPath(), memory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot map " + control, e);
    }
  }

  /** The variables that the daemon is to be started with. */
  Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAULTS_BELOW", below.toString(),
        "FAULTS_CONTROL", control.toString());
  }

  /** From now on the n-th call that this error can come from ends with it, and no other. */
  void once(Errno errno, int n) {
    arm(1, errno.number(), errno.calls(), n, n);
  }

  /** From the n-th call on all that this error can come from end with it, until {@link #off}. */
  void fromNowOn(Errno errno, int n) {
    arm(1, errno.number(), errno.calls(), n, Long.MAX_VALUE);
  }

  /** SIGKILL in the place of the n-th call. */
  void killAt(int n) {
    arm(2, 0, EnumSet.complementOf(EnumSet.of(Call.OPEN_TO_READ)), n, Long.MAX_VALUE);
  }

  private void arm(long mode, long error, Set<Call> calls, long first, long last) {
    put(MODE, 0);
    put(ERROR, error);
    put(CALLS, calls.stream().mapToLong(call -> 1L << call.ordinal()).sum());
    put(FIRST, first);
    put(LAST, last);
    put(COUNTED, 0);
    put(FAILED, 0);
    put(WRITTEN, 0);
    put(MODE, mode);
  }

  /** Every call works again. */
  void off() {
    put(MODE, 0);
  }

  /** How many calls came since it was armed. */
  long counted() {
    return get(COUNTED);
  }

  /** How many of them failed. */
  long failed() {
    return get(FAILED);
  }

  /** The calls since it was armed, a line each; one that failed ends with an exclamation mark. */
  String trace() {
    byte[] text = new byte[(int) Math.min(get(WRITTEN), BYTES - TEXT)];
    ByteBuffer copy = memory.duplicate();
    copy.position(TEXT).get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private void put(int at, long value) {
    LONG.setVolatile(memory, at, value);
  }

  private long get(int at) {
    return (long) LONG.getVolatile(memory, at);
  }
}
