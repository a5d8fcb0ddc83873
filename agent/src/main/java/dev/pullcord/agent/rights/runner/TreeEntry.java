package dev.pullcord.agent.rights.runner;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;

/**
 * What is in a directory that is sent.
 *
 * @param kind what it is
 * @param written when its content was written, milliseconds since 1970
 * @param name below the directory
 * @param target of a link; empty of others
 */
record TreeEntry(Kind kind, long written, String name, String target) {
  /** What it is. */
  enum Kind {
    /** A directory. */
    DIRECTORY,
    /** A link. */
    LINK,
    /** A file. */
    FILE,
    /** A file that can be executed. */
    PROGRAM,
    /** More of the file before; the rest of the frame. */
    BYTES,
    /** None of these: a socket, say. */
    SPECIAL
  }

  static TreeEntry of(byte[] frame) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(frame));
    int kind = in.readUnsignedByte();
    if (kind >= Kind.values().length) {
      throw new IOException("an entry of kind " + kind);
    }
    return Kind.values()[kind] == Kind.BYTES
        ? new TreeEntry(Kind.BYTES, 0, "", "")
        : new TreeEntry(Kind.values()[kind], in.readLong(), in.readUTF(), in.readUTF());
  }
}
