package dev.pullcord.server.http;

import dev.pullcord.base.tls.CertifiedKey;
import dev.pullcord.server.TestServer;
import dev.pullcord.server.security.Port;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 connection to the agents' port on which a test writes what frames it likes (RFC 9113,
 * headers as in RFC 7541 without tables).
 */
final class Frames implements AutoCloseable {
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GO_AWAY = 7;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int READ_MILLIS = 40_000;

  private final SSLSocket socket;
  private final DataOutputStream out;
  private final DataInputStream in;

  /** One that has been greeted. */
  Frames(TestServer server, @Nullable CertifiedKey key) throws IOException {
    socket =
        (SSLSocket)
            TestServer.client(key)
                .sslSocketFactory()
                .createSocket("127.0.0.1", server.port(Port.AGENTS));
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(READ_MILLIS);
    out = new DataOutputStream(socket.getOutputStream());
    in = new DataInputStream(socket.getInputStream());
    out.writeBytes(PREFACE);
    write(SETTINGS, 0, 0, new byte[0]);
  }

  /** What was agreed on by ALPN. */
  String protocol() {
    return socket.getApplicationProtocol();
  }

  /** Writes a frame; false when the server has closed. */
  boolean write(int type, int flags, int stream, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream frame = new DataOutputStream(bytes);
    frame.writeByte(content.length >> 16);
    frame.writeShort(content.length);
    frame.writeByte(type);
    frame.writeByte(flags);
    frame.writeInt(stream);
    frame.write(content);
    try {
      out.write(bytes.toByteArray());
      out.flush();
      return true;
    } catch (SocketException _) {
      return false;
    }
  }

  /** {@code GET} of that path, as a block of headers. */
  static byte[] get(String path) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(0x82); // :method GET
    block.write(0x87); // :scheme https
    literal(block, 1, "localhost"); // :authority
    literal(block, 4, path);
    return block.toByteArray();
  }

  private static void literal(ByteArrayOutputStream block, int name, String value) {
    block.write(name);
    block.write(value.length());
    block.writeBytes(value.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Reads to the next frame of that type; false when the server closes before one comes. */
  boolean comes(int type) throws IOException {
    try {
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int came = in.readUnsignedByte();
        in.readUnsignedByte();
        in.readInt();
        in.skipNBytes(length);
        if (came == type) {
          return true;
        }
      }
    } catch (java.io.EOFException | SocketException _) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
