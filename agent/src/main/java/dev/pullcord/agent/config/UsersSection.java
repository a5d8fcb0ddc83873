package dev.pullcord.agent.config;

import dev.pullcord.agent.rights.WorkerUsers;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.yaml.Section;
import dev.pullcord.protocol.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads {@code users} of {@code agent.yaml}: a user of this host for each worker that has one. */
final class UsersSection {
  private static final String EXPECTED =
      " is no user that a worker can have: the name of a user of this host is expected, of"
          + " lower-case letters, digits, - and _, and neither root nor pullcord";

  private UsersSection() {}

  static WorkerUsers read(Section section) {
    Map<String, String> users = new LinkedHashMap<>();
    for (YamlNode.Entry entry : section.entries()) {
      Optional<String> user = section.values().text(entry.value());
      if (user.filter(name -> !WorkerUsers.isUser(name)).isPresent()) {
        section.problems().add("VALUE", entry.value(), Quoted.of(user.get()) + EXPECTED);
      }
      // The user of all workers is none of its own.
      user.filter(name -> !name.equals("pullcord-worker"))
          .ifPresent(name -> users.put(entry.key(), name));
    }
    return new WorkerUsers(users);
  }
}
