package dev.pullcord.demo;

import dev.pullcord.protocol.unit.ShellWord;
import java.nio.file.Path;

/** What a demo shows of one example repository. */
public interface Tour {
  /** The example's directory below {@code manifests/examples}. */
  String example();

  /** The heading over the first push. */
  String firstPush();

  /** Changes the copy of the example before it is committed for the first time. */
  void fill();

  /** Prints what to try in another terminal. */
  void invite();

  /** The line to type first: into the clone, with a shell that knows the server. */
  static String enter(Path clone, Path shellFile) {
    return "cd " + ShellWord.of(clone.toString()) + " && . " + ShellWord.of(shellFile.toString());
  }

  /** Pushes changes and looks at what they do; whether all of it held. */
  boolean once();
}
