package dev.pullcord.base.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The end of systemd: a bound Unix socket that is read without waiting. */
final class DatagramReceiver implements AutoCloseable {
  private static final int LENGTH_MAX = 4096;
  private static final int MSG_DONTWAIT = 0x40;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment buffer = arena.allocate(LENGTH_MAX);
  private final int socket;

  DatagramReceiver(String name) {
    socket = call(function("socket", INT, INT, INT), 1, 2, 0);
    MemorySegment to = UnixDatagram.address(arena, name.getBytes(StandardCharsets.UTF_8));
    int bound =
        call(function("bind", INT, ValueLayout.ADDRESS, INT), socket, to, (int) to.byteSize());
    if (bound != 0) {
      throw new AssertionError("cannot bind " + name);
    }
  }

  /** The next message; null if there is none yet. */
  @Nullable String receive() {
    int length =
        call(
            function("recv", INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, INT),
            socket,
            buffer,
            (long) LENGTH_MAX,
            MSG_DONTWAIT);
    if (length < 0) {
      return null;
    }
    byte[] bytes = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(INT, arguments));
  }

  private static int call(MethodHandle function, Object... arguments) {
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    call(function("close", INT), socket);
    arena.close();
  }
}
