package dev.pullcord.agent.rights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

/** Opens a file or a directory of the agent's to the group of another user. */
final class Groups {
  private Groups() {}

  static void share(Path path, String user, String permissions) throws IOException {
    PosixFileAttributeView view =
        Objects.requireNonNull(
            Files.getFileAttributeView(
                path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS));
    try {
      view.setGroup(
          path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(user));
    } catch (IOException e) {
      String self = System.getProperty("user.name");
      throw new IOException(
          "user %s may not share %s with the group %s: usermod --append --groups %s %s, and start"
                  .formatted(self, path, user, user, self)
              + " the agent again",
          e);
    }
    view.setPermissions(PosixFilePermissions.fromString(permissions));
  }
}
