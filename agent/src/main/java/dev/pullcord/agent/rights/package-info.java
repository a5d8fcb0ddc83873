/**
 * As whom what comes from the repository runs on this node. {@link
 * dev.pullcord.agent.rights.Rights} decides it, by what the node's owner has installed and written
 * into {@code agent.yaml}; nothing that the network sends has a say.
 */
@NullMarked
package dev.pullcord.agent.rights;

import org.jspecify.annotations.NullMarked;
