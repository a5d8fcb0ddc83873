package dev.pullcord.protocol.enroll;

import dev.pullcord.protocol.id.NodeName;

/**
 * The node is enrolled; the same key and token get the same answer again.
 *
 * @param node its name
 * @param repository the repository it follows
 * @param ref the ref it follows
 */
public record EnrollReply(NodeName node, String repository, String ref) {}
