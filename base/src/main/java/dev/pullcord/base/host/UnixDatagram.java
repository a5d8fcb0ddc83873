package dev.pullcord.base.host;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * Sends a datagram to a Unix socket of Linux. The JDK has Unix sockets for streams only, so this
 * calls the C library.
 */
final class UnixDatagram {
  /** The longest name of a socket, in bytes, with the zero byte at its end. */
  static final int NAME_MAX = 108;

  private static final short AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDTIMEO = 21;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final long SECONDS_MAX = 5;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET =
      function("socket", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      function(
          "setsockopt",
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_INT,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_INT);
  // The count that it returns fits into an int: a message is short.
  private static final MethodHandle SENDTO =
      function(
          "sendto",
          ValueLayout.JAVA_INT,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_INT);
  private static final MethodHandle CLOSE = function("close", ValueLayout.JAVA_INT);

  private UnixDatagram() {}

  @SuppressWarnings("restricted") // the launchers allow native access
  private static MethodHandle function(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments),
        Linker.Option.captureCallState("errno"));
  }

  /**
   * Sends a message, and waits at most 5 s for room in the queue of the other end.
   *
   * @param name a path, or a name of the abstract kind, which begins with {@code @}
   * @throws IOException which call failed, and with which {@code errno}
   */
  static void send(String name, String message) throws IOException {
    byte[] path = name.getBytes(StandardCharsets.UTF_8);
    if (path.length == 0 || path.length >= NAME_MAX) {
      throw new IOException(
          "a socket's name has 1 to " + (NAME_MAX - 1) + " bytes, this one " + path.length);
    }
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int socket =
          checked(
              "socket",
              (int) SOCKET.invokeExact(state, (int) AF_UNIX, SOCK_DGRAM_CLOEXEC, 0),
              state);
      try {
        MemorySegment limit = arena.allocateFrom(ValueLayout.JAVA_LONG, SECONDS_MAX, 0);
        checked(
            "setsockopt",
            (int)
                SETSOCKOPT.invokeExact(
                    state, socket, SOL_SOCKET, SO_SNDTIMEO, limit, (int) limit.byteSize()),
            state);
        MemorySegment to = address(arena, path);
        checked(
            "sendto",
            (int)
                SENDTO.invokeExact(
                    state,
                    socket,
                    arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes),
                    (long) bytes.length,
                    MSG_NOSIGNAL,
                    to,
                    (int) to.byteSize()),
            state);
      } finally {
        int _ = (int) CLOSE.invokeExact(state, socket);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a call of the C library throws nothing", e);
    }
  }

  /** A {@code sockaddr_un}; an abstract name begins with a zero byte and ends with its length. */
  static MemorySegment address(Arena arena, byte[] path) {
    boolean isAbstract = path[0] == '@';
    MemorySegment address =
        arena.allocate(Short.BYTES + path.length + (isAbstract ? 0L : 1L), Short.BYTES);
    address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
    MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, Short.BYTES, path.length);
    if (isAbstract) {
      address.set(ValueLayout.JAVA_BYTE, Short.BYTES, (byte) 0);
    }
    return address;
  }

  private static int checked(String call, int result, MemorySegment state) throws IOException {
    if (result < 0) {
      throw new IOException(call + " failed with errno " + (int) ERRNO.get(state, 0L));
    }
    return result;
  }
}
